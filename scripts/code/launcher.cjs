#!/usr/bin/env node
// The command line. Loads its parts with the code that V8 compiled when the package was built; where that is of
// another version of V8 or older than its part, V8 compiles the part again.
'use strict';
const { readFileSync, statSync } = require('node:fs');
const Module = require('node:module');
const { basename, dirname, join } = require('node:path');
const vm = require('node:vm');

// Most runs are over before the optimised code of a function that is called some hundred times has paid for itself.
require('node:v8').setFlagsFromString('--interrupt-budget=1000000');

const code = readCode(join(__dirname, 'code.v8'));
const others = Module._extensions['.js'];

Module._extensions['.cjs'] = (module, filename) => {
  if (dirname(filename) !== __dirname) return others(module, filename);
  const script = new vm.Script(Module.wrap(readFileSync(filename, 'utf8')), {
    filename,
    cachedData: code(filename),
    importModuleDynamically: vm.constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  const { exports } = module;
  script
    .runInThisContext()
    .call(exports, exports, Module.createRequire(filename), module, filename, __dirname);
};

require('./start.cjs');

function readCode(path) {
  try {
    const { mtimeMs } = statSync(path);
    const bytes = readFileSync(path);
    const start = 4 + bytes.readUInt32LE(0);
    const index = JSON.parse(bytes.toString('utf8', 4, start));
    return (filename) => {
      const place = index[basename(filename)];
      if (place === undefined || statSync(filename).mtimeMs > mtimeMs) return undefined;
      return bytes.subarray(start + place.at, start + place.at + place.length);
    };
  } catch {
    return () => undefined;
  }
}
