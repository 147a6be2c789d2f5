import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { providerEnvironment } from '../../src/runtimes/environment.ts';

test.skipIf(process.platform !== 'linux')(
  'webgpu finds the Vulkan loader beside the driver that the user named (Linux)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 'vulkan-'));
    try {
      const env = { VK_ICD_FILENAMES: join(folder, 'icd.json'), LD_LIBRARY_PATH: '/opt/lib' };
      expect(providerEnvironment('webgpu', env)).toBe(env);
      writeFileSync(join(folder, 'libvulkan.so.1'), '');
      expect(providerEnvironment('webgpu', env)).toEqual({ ...env, LD_LIBRARY_PATH: `/opt/lib:${folder}` });
      expect(providerEnvironment('cpu', env)).toBe(env);
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
