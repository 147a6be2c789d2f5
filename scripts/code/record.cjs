// Runs the command line and writes down what V8 compiled of its parts: node record.cjs FOLDER OUT WORDS…
'use strict';
const { readFileSync, writeFileSync } = require('node:fs');
const Module = require('node:module');
const { basename, dirname, join } = require('node:path');
const vm = require('node:vm');

// As in the launcher: V8 refuses code that was compiled under other flags.
require('node:v8').setFlagsFromString('--interrupt-budget=1000000');

const [folder, out, ...words] = process.argv.splice(2);
process.argv.push(...words);
const scripts = new Map();
const others = Module._extensions['.js'];

Module._extensions['.cjs'] = (module, filename) => {
  if (dirname(filename) !== folder) return others(module, filename);
  const script = new vm.Script(Module.wrap(readFileSync(filename, 'utf8')), {
    filename,
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  scripts.set(basename(filename), script);
  const { exports } = module;
  script.runInThisContext().call(exports, exports, Module.createRequire(filename), module, filename, folder);
};

process.on('exit', () => {
  const index = {};
  const parts = [];
  let at = 0;
  for (const [name, script] of scripts) {
    const bytes = script.createCachedData();
    index[name] = { at, length: bytes.length };
    parts.push(bytes);
    at += bytes.length;
  }
  const head = Buffer.from(JSON.stringify(index));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(head.length);
  writeFileSync(out, Buffer.concat([size, head, ...parts]));
});

require(join(folder, 'start.cjs'));
