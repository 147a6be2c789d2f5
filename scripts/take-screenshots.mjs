// Pictures of the report for the docs: node scripts/take-screenshots.mjs story docs/images
// `story` is the made-up run of the tests with its history; a path takes a page of your own.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createJiti } from 'jiti';
import { chromium } from 'playwright-core';

const [report, folder] = process.argv.slice(2);
if (report === undefined || folder === undefined) {
  console.error('usage: node scripts/take-screenshots.mjs REPORT.html|story FOLDER');
  process.exit(2);
}

/** Pictures that are taken in the dark. */
const DARK = new Set(['check']);

const WHOLE_PAGE =
  '({ x: 0, y: 0, width: innerWidth, height: document.documentElement.scrollHeight, scale: 1 })';

/** Tabs, and what must stand there before the picture is taken. A page without a history lacks some. */
const TABS = [
  ['overview', '#/', 'h1'],
  ['checks', '#/checks?q=-verdict%3Apass', '#row-0'],
  ['changes', '#/changes', 'h2'],
  ['trends', '#/trends', '.trends'],
  ['operators', '#/operators', '.operators'],
  ['audit', '#/audit', '.audit'],
];

const temporary = mkdtempSync(join(tmpdir(), 'onnx-parity-pictures-'));
mkdirSync(folder, { recursive: true });
const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});
try {
  const page = report === 'story' ? await writeStory() : resolve(report);
  for (const colours of ['light', 'dark']) await takeAll(pathToFileURL(page).href, colours);
} finally {
  await browser.close();
  rmSync(temporary, { recursive: true });
}

async function writeStory() {
  const jiti = createJiti(import.meta.url);
  const { createSecondStory } = await jiti.import('../test/builders/second-story.ts');
  const { renderHtml } = await jiti.import('../src/reporters/html/index.ts');
  const { document, ...extras } = createSecondStory();
  const path = join(temporary, 'story.html');
  writeFileSync(path, await renderHtml(document, extras));
  return path;
}

async function takeAll(url, colorScheme) {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 860 },
    colorScheme,
    offline: true,
  });
  await page.goto(url);
  await page.locator('.strip').waitFor();
  const tabs = await page.$$eval('.tab', (links) => links.map((link) => link.getAttribute('href')));
  for (const [name, address, shown] of TABS) {
    if (!tabs.includes(address.split('?')[0])) continue;
    await goTo(page, address, shown);
    await take(page, name, colorScheme);
  }
  await goTo(page, '#/checks?q=-verdict%3Apass', '#row-0');
  await page.getByRole('grid').press('Enter');
  await page.locator('.check-screen').waitFor();
  await take(page, 'check', colorScheme);
  if (report === 'story') {
    await goTo(page, '#/check/encoder-pytorch/encoder/long/ort-web%2Fwasm/hidden', '.trend');
    await page.locator('.trend').evaluate((chart) => chart.scrollIntoView({ block: 'center' }));
    await take(page, 'series', colorScheme);
    await goTo(page, '#/targets/unet-pytorch/unet/edge/mask', '.beside');
    await take(page, 'targets', colorScheme);
  }
  await page.close();
}

async function goTo(page, address, shown) {
  await page.evaluate(`location.hash = ${JSON.stringify(address)}`);
  await page.locator(shown).first().waitFor();
}

async function take(page, name, colorScheme) {
  if ((colorScheme === 'dark') !== DARK.has(name)) return;
  await page.waitForTimeout(250);
  const whole =
    name === 'overview' ? { captureBeyondViewport: true, clip: await page.evaluate(WHOLE_PAGE) } : {};
  // WebP is not among the formats of page.screenshot.
  const session = await page.context().newCDPSession(page);
  const { data } = await session.send('Page.captureScreenshot', { format: 'webp', quality: 80, ...whole });
  await session.detach();
  writeFileSync(join(folder, `report-${name}-${colorScheme}.webp`), Buffer.from(data, 'base64'));
}
