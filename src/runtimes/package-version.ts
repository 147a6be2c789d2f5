import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** Version of an installed package, read from its files without loading it; `null` where it is not installed. */
export function packageVersion(name: string): string | null {
  try {
    let folder = dirname(createRequire(import.meta.url).resolve(name));
    for (;;) {
      const file = join(folder, 'package.json');
      if (existsSync(file)) {
        const found = JSON.parse(readFileSync(file, 'utf8')) as {
          readonly name?: string;
          readonly version?: string;
        };
        if (found.name === name) return found.version ?? null;
      }
      const above = dirname(folder);
      if (above === folder) return null;
      folder = above;
    }
  } catch {
    return null;
  }
}
