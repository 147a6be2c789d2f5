import { existsSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';

const LOADER = 'libvulkan.so.1';

/**
 * The environment that a provider's process needs beyond the given one. Linux with a Vulkan driver named in
 * VK_ICD_FILENAMES: where the Vulkan loader lies beside that driver, as in Debian's chromium, it is found there.
 */
export function providerEnvironment(provider: string, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  if (provider !== 'webgpu' || process.platform !== 'linux') return env;
  const driver = env['VK_DRIVER_FILES'] ?? env['VK_ICD_FILENAMES'];
  const first = driver?.split(delimiter)[0];
  if (first === undefined || first === '') return env;
  const folder = dirname(first);
  if (!existsSync(join(folder, LOADER))) return env;
  const path = [env['LD_LIBRARY_PATH'], folder]
    .filter((part) => part !== undefined && part !== '')
    .join(delimiter);
  return { ...env, LD_LIBRARY_PATH: path };
}
