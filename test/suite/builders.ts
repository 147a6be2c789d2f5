/** Makers of what the tests of src/suite need. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { onTestFinished } from 'vitest';

import type { CaseSpec, InputSpec, ModelSpec, Suite } from '../../src/suite/index.ts';
import { targetFrom } from '../../src/suite/index.ts';

/** A project folder with these files; gone after the test. */
export function createProject(files: Readonly<Record<string, string | Uint8Array>>): string {
  const root = mkdtempSync(join(tmpdir(), 'onnx-parity-suite-'));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
  }
  return root;
}

export function createCase(overrides: Partial<CaseSpec> = {}): CaseSpec {
  return {
    name: 'normal',
    inputs: new Map(),
    reference: { kind: 'golden' },
    policy: {},
    outputs: new Map(),
    repeat: 1,
    ...overrides,
  };
}

export function createModel(overrides: Partial<ModelSpec> = {}): ModelSpec {
  return {
    name: 'net',
    path: '/p/net.onnx',
    policy: {},
    castInputs: {},
    renameOutputs: {},
    expectStatus: {},
    ...overrides,
  };
}

export function createSuite(overrides: Partial<Suite> = {}): Suite {
  return {
    name: 'digits',
    description: '',
    folder: '/p/suites/digits',
    file: '/p/suites/digits/suite.yaml',
    goldens: '/p/goldens/digits',
    models: [createModel()],
    sources: [],
    targets: [targetFrom('ort-node/cpu'), targetFrom('ort-web/wasm')],
    cases: [createCase()],
    policy: {},
    dtypes: {},
    outputs: new Map(),
    timeout: null,
    ...overrides,
  };
}

export function createInputs(inputs: Readonly<Record<string, InputSpec>>): CaseSpec {
  return createCase({ inputs: new Map(Object.entries(inputs)) });
}
