/** The page as a person meets it: opened from disk in a real browser. Nothing may come from a network. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { renderHtml } from '../../src/reporters/html/index.ts';
import type { RunDocument } from '../../src/result/document.ts';
import type { ReportExtras } from '../../src/result/report-history.ts';
import { createHostileRun } from '../builders/hostile.ts';
import { createRun } from '../builders/run-document.ts';
import { createSecondStory } from '../builders/second-story.ts';
import { createStory } from '../builders/story.ts';
import { CHROME, goTo, opened, openBrowser, violations } from './report-page.ts';

let browser: Browser;
let folder: string;

describe.skipIf(CHROME === undefined)(
  'the report in a browser (skipped without Chromium or CHROME_PATH)',
  () => {
    beforeAll(async () => {
      folder = mkdtempSync(join(tmpdir(), 'onnx-parity-report-'));
      browser = await openBrowser();
    });

    afterAll(async () => {
      await browser?.close();
      rmSync(folder, { recursive: true, force: true });
    });

    test('shows every screen without errors or requests, light and dark, wide and narrow', async () => {
      const url = await written(createStory());
      for (const [width, colorScheme] of [
        [1280, 'light'],
        [390, 'dark'],
      ] as const) {
        const { page, trouble } = await opened(browser, url, { width, height: 844 }, colorScheme);
        for (const address of SCREENS) {
          await goTo(page, address);
          expect(await widthOf(page), `${address} at ${width}`).toBeLessThanOrEqual(width);
        }
        expect(trouble).toEqual([]);
        await page.close();
      }
    });

    test('has no serious violation of accessibility rules', async () => {
      const url = await written(createStory());
      for (const colorScheme of ['light', 'dark'] as const) {
        const { page } = await opened(browser, url, WIDE, colorScheme);
        for (const address of SCREENS) {
          await goTo(page, address);
          expect(await violations(page), `${address}, ${colorScheme}`).toEqual([]);
        }
        await page.close();
      }
    });

    test('its second storey shows every screen without errors, requests or serious violations', async () => {
      const { document, history, audit } = createSecondStory();
      const url = await written(document, { history, audit });
      for (const [width, colorScheme] of [
        [1280, 'light'],
        [390, 'dark'],
      ] as const) {
        const { page, trouble } = await opened(browser, url, { width, height: 844 }, colorScheme);
        for (const address of SECOND_STOREY) {
          await goTo(page, address);
          await page.getByText('Unpacking').waitFor({ state: 'detached' });
          const heading = await page.locator('h1').textContent();
          expect(`${address}: ${heading}`).not.toContain('Nothing here');
          expect(await widthOf(page), `${address} at ${width}`).toBeLessThanOrEqual(width);
          expect(await violations(page), `${address}, ${colorScheme}`).toEqual([]);
        }
        expect(trouble).toEqual([]);
        await page.close();
      }
    });

    test('compares with another run by keyboard, and the address keeps it', async () => {
      const { document, history } = createSecondStory();
      const { page } = await opened(browser, await written(document, { history }), WIDE, 'light');
      await goTo(page, '#/changes');
      await page.getByRole('heading', { name: 'Regressed' }).waitFor();
      await page.getByLabel('Compare this run with').focus();
      await page.keyboard.press('ArrowDown');
      await page.getByText('stand as they stood').waitFor();
      expect(new URL(page.url()).hash).toBe('#/changes?with=2026-night-059');
      expect(await page.evaluate('document.activeElement.id')).toBe('compare-with');
      await page.getByRole('heading', { name: 'Error grew most' }).waitFor();
      await page.getByRole('link', { name: 'digits-pytorch / digits / recorded / logits' }).click();
      await page.getByRole('heading', { name: 'linf over the runs' }).waitFor();
      const chart = page.getByRole('img', { name: /^60 runs, log scale\. .* Error steps on 2026-11-21\.$/ });
      expect(await chart.count()).toBe(1);
      await page.close();
    });

    test('hostile names run nothing and lose nothing', async () => {
      const document = createHostileRun();
      const { page, trouble } = await opened(browser, await written(document), WIDE, 'light');
      for (const address of ['#/', '#/checks', '#/provenance']) await goTo(page, address);
      await goTo(page, '#/checks');
      const addresses = await page.$$eval('.grid-body .col-case a', (links) =>
        links.map((link) => link.getAttribute('href') ?? ''),
      );
      for (const address of addresses) {
        await goTo(page, address);
        const heading = await page.locator('h1').textContent();
        expect(`${address}: ${heading}`).not.toContain('Nothing here');
      }
      expect(await page.evaluate('globalThis.broken')).toBeUndefined();
      expect(await page.evaluate('document.querySelectorAll("img, iframe, main svg[onload]").length')).toBe(
        0,
      );
      expect(trouble).toEqual([]);
      await page.close();
    });

    test('is read by keyboard alone: list, check, neighbours and back', async () => {
      const { page } = await opened(browser, await written(createStory()), WIDE, 'light');
      await goTo(page, '#/checks');
      await page.keyboard.press('/');
      await page.keyboard.type('is:failing suite:unet');
      await page.getByText('2 of 88 checks').waitFor();
      expect(new URL(page.url()).hash).toBe('#/checks?q=is%3Afailing+suite%3Aunet');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('ArrowDown');
      await page.keyboard.press('Enter');
      await page.getByRole('heading', { level: 1, name: /mask/ }).waitFor();
      expect(await page.locator('.crumbs').textContent()).toContain('normal');
      await page.keyboard.press('ArrowLeft');
      await page.locator('.crumbs').getByText('edge').waitFor();
      await page.goBack();
      await page.goBack();
      await page.getByText('2 of 88 checks').waitFor();
      expect(await page.getByRole('grid').getAttribute('aria-activedescendant')).not.toBeNull();
      await page.close();
    });

    test('the check page names worst index, smallest passing tolerance and command as the run does', async () => {
      const document = createStory();
      const { page } = await opened(browser, await written(document), WIDE, 'light');
      await goTo(page, '#/check/unet-pytorch/unet/edge/ort-web%2Fwasm/mask');
      const text = (await page.locator('main').innerText()).replace(/\s+/g, ' ');
      expect(text).toContain('[0, 0, 28, 3]');
      expect(text).toContain('linf ≤ 4.83e-2 exactly linf ≤ 0.048213');
      expect(text).toContain('onnx-parity run unet-pytorch --case edge --target ort-web/wasm');
      await page.close();
    });

    test('a run that is empty, broken off or full of problems still has a page', async () => {
      const problems = [
        { code: 'SUITE_INVALID', message: 'suite.yaml:3:1 `case` is unknown', hint: 'Did you mean `cases`?' },
      ];
      const run = createRun({ checks: [], suites: [], targets: [], problems, complete: false, exitCode: 2 });
      const { page, trouble } = await opened(browser, await written(run), WIDE, 'light');
      await page.getByText('No check was run.').waitFor();
      await page.getByText('Did you mean').waitFor();
      expect(trouble).toEqual([]);
      await page.close();
    });
  },
);

const WIDE = { width: 1280, height: 900 };

const SCREENS = [
  '#/',
  '#/checks',
  '#/check/unet-pytorch/unet/edge/ort-web%2Fwasm/mask',
  '#/check/lstm-pytorch/lstm/normal/ort-node%2Fwebgpu/h_n',
  '#/check/encoder-pytorch/encoder/long/ort-node%2Fwebgpu/hidden',
  '#/suite/variants-pytorch',
  '#/provenance',
  '#/nowhere/at/all',
];

const SECOND_STOREY = [
  '#/',
  '#/changes',
  '#/changes?with=2026-night-045',
  '#/trends',
  '#/trends/encoder-pytorch/ort-web%2Fwasm',
  '#/flaky',
  '#/check/encoder-pytorch/encoder/long/ort-web%2Fwasm/hidden',
  '#/check/decoder-pytorch/decoder/generate%2Fstep%2024/ort-node%2Fcpu/logits',
  '#/targets/unet-pytorch/unet/edge/mask',
  '#/operators',
  '#/latency',
  '#/placement',
  '#/audit',
];

async function written(document: RunDocument, extras: ReportExtras = {}): Promise<string> {
  const path = join(folder, `report-${document.checks.length}-${Object.keys(extras).join('-')}.html`);
  writeFileSync(path, await renderHtml(document, extras));
  return pathToFileURL(path).href;
}

async function widthOf(page: Page): Promise<number> {
  return Number(await page.evaluate('document.documentElement.scrollWidth'));
}
