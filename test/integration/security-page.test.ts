/** The page without its Content-Security-Policy: escaping alone must hold. */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { renderHtml } from '../../src/reporters/html/index.ts';
import { createHostileExtras, createHostileRun, HOSTILE_STRINGS } from '../builders/hostile.ts';

const CHROME = [process.env['CHROME_PATH'], '/usr/bin/chromium', '/usr/bin/google-chrome'].find(
  (path) => path !== undefined && existsSync(path),
);
/** Those without a name in their address; the links on them lead to the others. */
const SCREENS = [
  '',
  'checks',
  'changes',
  'trends',
  'flaky',
  'latency',
  'placement',
  'operators',
  'audit',
  'provenance',
];
const POLICY = /<meta\s+http-equiv="?Content-Security-Policy"?[^>]*>/;

test.skipIf(CHROME === undefined)(
  'no hostile text runs on any screen, with the policy of the page and without it (skipped without Chromium)',
  async () => {
    const html = await renderHtml(createHostileRun(), createHostileExtras());
    expect(html).toMatch(POLICY);
    const folder = mkdtempSync(join(tmpdir(), 'onnx-parity-page-'));
    const browser = await chromium.launch({
      executablePath: CHROME ?? '',
      args: [
        '--headless',
        '--no-sandbox',
        '--disable-quic',
        '--no-first-run',
        '--disable-background-networking',
      ],
    });
    try {
      for (const [name, text] of [
        ['with', html],
        ['without', html.replace(POLICY, '')],
      ] as const) {
        const path = join(folder, `${name}.html`);
        writeFileSync(path, text);
        const page = await browser.newPage({ offline: true });
        const trouble: string[] = [];
        page.on('pageerror', (error) => trouble.push(error.message));
        page.on('dialog', (dialog) => {
          trouble.push(dialog.message());
          void dialog.dismiss();
        });
        await page.goto(pathToFileURL(path).href);
        const addresses = SCREENS.map((screen) => `#/${screen}`);
        for (const address of addresses) {
          await page.evaluate(`location.hash = ${JSON.stringify(address)}`);
          await page.locator('h1').waitFor();
          await page.waitForTimeout(20);
          if (addresses.length > SCREENS.length * 30) continue;
          const links = await page.$$eval('main a[href^="#"]', (found) =>
            found.map((link) => link.getAttribute('href') ?? ''),
          );
          addresses.push(...links.filter((link) => !addresses.includes(link)));
        }
        expect(addresses.length).toBeGreaterThan(SCREENS.length + 4 * HOSTILE_STRINGS.length);
        expect(await page.evaluate('globalThis.broken')).toBeUndefined();
        expect(
          await page.evaluate(
            'document.querySelectorAll("img, iframe, object, main svg[onload], [onerror]").length',
          ),
        ).toBe(0);
        expect(trouble, name).toEqual([]);
        await page.close();
      }
    } finally {
      await browser.close();
      rmSync(folder, { recursive: true, force: true });
    }
  },
);
