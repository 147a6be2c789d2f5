// Makes @tensorflow/tfjs-node work: by the package's own installer, which downloads its native library, or, where the
// download is out of reach, by building its binding against a TensorFlow that pip installed (Linux and macOS).
//
//   node scripts/setup-tensorflow.mjs [--from-pip] [--force]
//
// The Python is ONNX_PARITY_PYTHON, else .venv of the project, else python3. Building needs make and a C++ compiler.
import { spawnSync } from 'node:child_process';
import { existsSync, lstatSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const PACKAGE = '@tensorflow/tfjs-node';
const DOWNLOAD_LIMIT_MS = 5 * 60_000;
const root = fileURLToPath(new URL('..', import.meta.url));

main(process.argv.slice(2));

function main(args) {
  const folder = packageFolder();
  if (folder === null) {
    fail(`${PACKAGE} is not installed.`, `npm install --no-save --ignore-scripts ${PACKAGE}@4.22.0`);
  }
  if (!args.includes('--force') && works()) return done('it works already');
  if (!args.includes('--from-pip')) {
    console.log(`Running the installer of ${PACKAGE} …`);
    runInstaller(folder);
    if (works()) return done('by its own installer');
    console.log('Its download did not work; building against the TensorFlow of pip …');
  }
  buildAgainstPip(folder);
  const problem = problemOf();
  if (problem !== null)
    fail(`The binding was built but does not load: ${problem}`, 'Run again with --force.');
  done('built against the TensorFlow of pip');
}

function packageFolder() {
  const folder = join(root, 'node_modules', ...PACKAGE.split('/'));
  return existsSync(join(folder, 'package.json')) ? folder : null;
}

/** Loads the package in a process of its own, as a failed native load can end the process. */
function works() {
  return problemOf() === null;
}

function problemOf() {
  const script = `const tf = require(${JSON.stringify(PACKAGE)}); if (tf.add(1, 1).dataSync()[0] !== 2) throw new Error('1 + 1 is not 2');`;
  const env = { ...process.env, TF_CPP_MIN_LOG_LEVEL: '2' };
  const result = spawnSync(process.execPath, ['-e', script], {
    cwd: root,
    env,
    encoding: 'utf8',
    timeout: 60_000,
  });
  if (result.status === 0) return null;
  const line = result.stderr.split('\n').find((text) => /Error/.test(text));
  return line?.trim() ?? `it ended with ${result.signal ?? `exit code ${result.status}`}`;
}

function runInstaller(folder) {
  spawnSync(process.execPath, ['scripts/install.js'], {
    cwd: folder,
    env: buildEnvironment(),
    stdio: ['ignore', 'ignore', 'ignore'],
    timeout: DOWNLOAD_LIMIT_MS,
    killSignal: 'SIGKILL',
  });
}

function buildAgainstPip(folder) {
  if (process.platform === 'win32') {
    fail(
      'Building against the TensorFlow of pip is not supported on Windows.',
      `Run the installer of ${PACKAGE}.`,
    );
  }
  const tensorflow = pipTensorflow();
  linkDependencies(join(folder, 'deps'), tensorflow);
  const nodePreGyp = createRequire(join(folder, 'package.json')).resolve(
    '@mapbox/node-pre-gyp/bin/node-pre-gyp',
  );
  const result = spawnSync(process.execPath, [nodePreGyp, 'install', '--build-from-source'], {
    cwd: folder,
    env: buildEnvironment(),
    encoding: 'utf8',
  });
  if (result.status !== 0) {
    console.error(`${result.stdout}${result.stderr}`.split('\n').slice(-40).join('\n'));
    fail(
      'The binding could not be built.',
      'Install make and a C++ compiler (Debian: apt-get install build-essential).',
    );
  }
}

/** The folder of the TensorFlow that the project's Python has. */
function pipTensorflow() {
  const python = pythonPath();
  const script =
    "import importlib.util as u; s = u.find_spec('tensorflow'); print(s.submodule_search_locations[0] if s else '')";
  const result = spawnSync(python, ['-c', script], { encoding: 'utf8' });
  if (result.error !== undefined) {
    fail(`${python} cannot be run.`, 'Set ONNX_PARITY_PYTHON to a Python that has TensorFlow.');
  }
  const folder = result.stdout.trim();
  const needed = process.platform === 'linux' && process.arch === 'x64' ? 'tensorflow-cpu' : 'tensorflow';
  if (folder === '') fail(`${python} has no TensorFlow.`, `${python} -m pip install ${needed}`);
  if (!existsSync(join(folder, libraryName('cc')))) {
    fail(`${folder} has no ${libraryName('cc')}.`, `${python} -m pip install --force-reinstall ${needed}`);
  }
  return folder;
}

function pythonPath() {
  if (process.env.ONNX_PARITY_PYTHON) return process.env.ONNX_PARITY_PYTHON;
  const venv = join(root, '.venv', 'bin', 'python');
  return existsSync(venv) ? venv : 'python3';
}

function libraryName(part) {
  return process.platform === 'darwin' ? `libtensorflow_${part}.2.dylib` : `libtensorflow_${part}.so.2`;
}

/** The layout that binding.gyp expects. The C API lies in the wheel's libtensorflow_cc. */
function linkDependencies(deps, tensorflow) {
  rmSync(deps, { recursive: true, force: true });
  mkdirSync(join(deps, 'lib'), { recursive: true });
  symlinkSync(join(tensorflow, 'include'), join(deps, 'include'));
  const [cc, framework] = [libraryName('cc'), libraryName('framework')];
  const links =
    process.platform === 'darwin'
      ? { 'libtensorflow.2.dylib': cc, [cc]: cc, [framework]: framework }
      : { 'libtensorflow.so': cc, [cc]: cc, 'libtensorflow_framework.so': framework, [framework]: framework };
  for (const [name, target] of Object.entries(links)) {
    const path = join(deps, 'lib', name);
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) symlinkSync(join(tensorflow, target), path);
  }
}

/** Node's own headers where they are installed beside it, so that building needs no download. */
function buildEnvironment() {
  const prefix = dirname(dirname(process.execPath));
  const hasHeaders = existsSync(join(prefix, 'include', 'node', 'node.h'));
  const nodedir = process.env.npm_config_nodedir ?? (hasHeaders ? prefix : undefined);
  return {
    ...process.env,
    PATH: [join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
    ...(nodedir === undefined ? {} : { npm_config_nodedir: nodedir }),
  };
}

function done(how) {
  console.log(`${PACKAGE} is ready (${how}).`);
}

function fail(message, hint) {
  console.error(`${message}\n  → ${hint}`);
  process.exit(1);
}
