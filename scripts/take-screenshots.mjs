// Pictures of a report for the docs: node scripts/take-screenshots.mjs reports/latest/index.html docs/images
import { mkdirSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';

const [report, folder] = process.argv.slice(2);
if (report === undefined || folder === undefined) {
  console.error('usage: node scripts/take-screenshots.mjs REPORT.html FOLDER');
  process.exit(2);
}
mkdirSync(folder, { recursive: true });

const browser = await chromium.launch({
  executablePath: process.env.CHROME_PATH ?? '/usr/bin/chromium',
  args: ['--headless', '--no-sandbox', '--disable-quic', '--no-first-run', '--disable-background-networking'],
});
for (const colorScheme of ['light', 'dark']) {
  const page = await browser.newPage({
    viewport: { width: 1280, height: 860 },
    deviceScaleFactor: 2,
    colorScheme,
  });
  await page.goto(pathToFileURL(resolve(report)).href);
  await take(page, 'overview');
  await page.evaluate("location.hash = '#/checks'");
  await page.locator('#row-0').waitFor();
  await take(page, 'checks');
  await page.getByRole('grid').press('Enter');
  await page.locator('.check-screen').waitFor();
  await take(page, 'check');
  await page.close();

  async function take(shown, name) {
    await shown.locator('h1').waitFor();
    await shown.waitForTimeout(150);
    await shown.screenshot({ path: join(folder, `report-${name}-${colorScheme}.png`) });
  }
}
await browser.close();
