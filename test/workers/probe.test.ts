import { expect, test, vi } from 'vitest';
import { probeTargets } from '../../src/workers/index.ts';

vi.setConfig({ testTimeout: 60_000 });

const bare = { env: { PATH: process.env['PATH'] } };

test('targets that compute are available, with the version of their package', async () => {
  const found = await probeTargets(['ort-node/cpu', 'ort-web/wasm']);
  expect(found.get('ort-node/cpu')).toEqual({
    available: true,
    runtimeVersion: expect.stringMatching(/^\d+\.\d+\.\d+/) as string,
    detail: expect.stringMatching(/^onnxruntime-node .*native code$/) as string,
  });
  expect(found.get('ort-web/wasm')?.available).toBe(true);
});

test('webgpu without an adapter says how to get one', async () => {
  const found = (await probeTargets(['ort-node/webgpu'], bare)).get('ort-node/webgpu');
  // A host with a GPU has an adapter whatever the environment.
  if (found?.available !== false) return;
  expect(found.reason.code).toBe('TARGET_UNAVAILABLE');
  expect(found.reason.message).toMatch(
    /^ort-node\/webgpu does not work on this host: There is no WebGPU adapter/,
  );
  expect(found.reason.hint).toMatch(/VK_ICD_FILENAMES|GPU/);
});

test('a provider of another platform, or of browsers alone, is unavailable without being tried', async () => {
  const found = await probeTargets(['ort-node/coreml', 'ort-node/qnn', 'ort-web/webnn'], bare);
  const foreign = process.platform === 'darwin' ? 'ort-node/qnn' : 'ort-node/coreml';
  expect(found.get(foreign)?.available).toBe(false);
  expect(found.get('ort-web/webnn')).toMatchObject({
    available: false,
    reason: {
      code: 'TARGET_UNAVAILABLE',
      message:
        'ort-web/webnn does not exist here. It needs a browser; onnxruntime-web has no such provider in Node.',
    },
  });
});

test('an unknown target is a user’s mistake', async () => {
  await expect(probeTargets(['ort-node/gpu'])).rejects.toMatchObject({ code: 'TARGET_UNKNOWN' });
});
