import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cli, ROOT, temporaryFolder, type CliEnd } from './cli.ts';
import { tensor, writeTensors } from './tensors.ts';

const DIGITS = join(ROOT, 'suites/digits-pytorch/digits.onnx');

/** Exit 2, one message, one hint, nothing that looks like a stack. */
function expectSlip(end: CliEnd, message: string | RegExp): void {
  expect(end.stdout).toBe('');
  expect(end.stderr).toMatch(message);
  expect(end.stderr).toMatch(/^error .+$/m);
  expect(end.stderr).toMatch(/^hint {2}.+$/m);
  expect(end.stderr).not.toMatch(/^\s+at /m);
  expect(end.exitCode).toBe(2);
}

describe("a user's slips", () => {
  test('an unknown option names its nearest neighbour', async () => {
    expectSlip(
      await cli(['run', '--tagret', 'ort-node/cpu']),
      "Unknown option '--tagret' (Did you mean --target?)",
    );
  });

  test('an unknown command', async () => {
    expectSlip(await cli(['rum']), "Unknown command 'rum' (Did you mean run?)");
  });

  test('a value that is not a number', async () => {
    expectSlip(
      await cli(['compare', 'a', 'b', '--atol', 'small']),
      '--atol: expected a number from 0, got "small".',
    );
  });

  test('an option that is given twice', async () => {
    expectSlip(await cli(['compare', 'a', 'b', '--atol', '1', '--atol', '2']), '--atol is given twice.');
  });

  test('a missing model', async () => {
    expectSlip(await cli(['check', 'nowhere.onnx']), 'Model not found: nowhere.onnx');
  });

  test('a text file as model', async () => {
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'model.onnx'), 'this is not a model\n');
    writeTensors(join(folder, 'in.npz'), { x: tensor('float32', [1]) });
    const args = ['check', 'model.onnx', '--inputs', 'in.npz', '--reference', 'in.npz'];
    expectSlip(await cli(args, { cwd: folder }), /model\.onnx/);
  });

  test('an npz with a pickled array', async () => {
    const pickled = join(ROOT, 'test/fixtures/formats/object.npz');
    expectSlip(await cli(['check', DIGITS, '--inputs', pickled, '--reference', pickled]), /pickle/);
  });

  test('a suite with a typo names file, line and property', async () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'suites/net'), { recursive: true });
    writeFileSync(
      join(folder, 'suites/net/suite.yaml'),
      'model: net.onnx\ntargets: [ort-node/cpu]\ntolerence: { linf: 1 }\ncases: {}\n',
    );
    const end = await cli(['run'], { cwd: folder });
    expect(end.exitCode).toBe(2);
    expect(end.stdout + end.stderr).toMatch(/suites\/net\/suite\.yaml:3:1 .*tolerence.*tolerance/s);
    expect(end.stdout + end.stderr).not.toMatch(/^\s+at /m);
  });

  test('a suite that does not exist', async () => {
    const end = await cli(['run', 'digits-pytorhc']);
    expect(end.exitCode).toBe(2);
    expect(end.stdout + end.stderr).toMatch(/digits-pytorch/);
  });

  test('a selection that matches nothing', async () => {
    expectSlip(await cli(['run', 'digits-pytorch', '--case', 'nowhere']), 'Nothing matches case "nowhere"');
  });

  test('no suites folder anywhere', async () => {
    expectSlip(await cli(['run'], { cwd: temporaryFolder() }), /No suites\/ folder/);
  });
});
