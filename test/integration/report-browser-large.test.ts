/** A page of 20,000 checks and 100 runs, opened from disk: whole, drawn in parts, and as accessible as a small one. */
import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { measureLarge, writeLarge } from './large-report.ts';
import { CHROME, goTo, opened, openBrowser, violations } from './report-page.ts';

let browser: Browser;
let folder: string;
let url: string;

const SCREENS = [
  '#/',
  '#/checks',
  '#/checks?q=is%3Afailing',
  '#/changes?with=2026-night-050',
  '#/trends',
  '#/trends/suite-3/ort-web%2Fwasm',
  '#/flaky',
  '#/check/suite-0/model-0/case%2049/ort-web%2Fwasm/logits',
  '#/targets/suite-3/model-2/case%206/logits',
  '#/suite/suite-3',
  '#/latency',
  '#/placement',
  '#/audit',
  '#/provenance',
];

describe.skipIf(CHROME === undefined)(
  'a report of 20,000 checks and 100 runs (skipped without Chromium or CHROME_PATH)',
  () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'onnx-parity-large-'));
      browser = await openBrowser();
      url = await writeLarge(join(folder, 'large.html'));
    });

    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    // How long each of these takes is measured by bench/report.mjs.
    test('is opened, filtered, scrolled from end to end and looked through without trouble', async () => {
      expect(statSync(join(folder, 'large.html')).size).toBeLessThan(30e6);
      const { trouble } = await measureLarge(browser, url);
      expect(trouble).toEqual([]);
    });

    test('draws only the rows that are seen, and scrolls to the end', async () => {
      const { page, trouble } = await opened(browser, url, WIDE, 'light');
      await goTo(page, '#/checks');
      await page.getByRole('grid').press('End');
      await page.locator('#row-19999').waitFor();
      expect(await page.locator('.grid-body [role=row]').count()).toBeLessThan(80);
      expect(trouble).toEqual([]);
      await page.close();
    });

    test('has no serious violation on any screen, light and dark', async () => {
      for (const colours of ['light', 'dark'] as const) {
        const { page, trouble } = await opened(browser, url, WIDE, colours);
        for (const address of SCREENS) {
          await goTo(page, address);
          await page.getByText('Unpacking').waitFor({ state: 'detached' });
          expect(await page.locator('h1').textContent(), address).not.toContain('Nothing here');
          expect(await page.evaluate('document.querySelectorAll("main *").length'), address).toBeLessThan(
            6000,
          );
          // Themes differ by their colours alone.
          const rules = colours === 'dark' ? ['color-contrast'] : undefined;
          expect(await violations(page, rules), `${address}, ${colours}`).toEqual([]);
        }
        expect(trouble).toEqual([]);
        await page.close();
      }
    });
  },
);

const WIDE = { width: 1280, height: 900 };
