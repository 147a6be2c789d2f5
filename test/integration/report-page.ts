/** A report page in a real browser, for the tests and the measurements that need one. */
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium, type Browser, type Page } from 'playwright-core';

export const CHROME = [
  process.env['CHROME_PATH'],
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
].find((path) => path !== undefined && existsSync(path));

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');

const QUIET = [
  '--headless',
  '--no-sandbox',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function openBrowser(): Promise<Browser> {
  return chromium.launch({ executablePath: CHROME ?? '', args: QUIET });
}

/** A page that writes down everything that must not happen. */
export async function opened(
  browser: Browser,
  url: string,
  viewport: { readonly width: number; readonly height: number },
  colorScheme: 'light' | 'dark',
  open = true,
): Promise<{ readonly page: Page; readonly trouble: readonly string[] }> {
  const page = await browser.newPage({ viewport, colorScheme, offline: true });
  const trouble: string[] = [];
  page.on('console', (message) => trouble.push(`console: ${message.text()}`));
  page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
  page.on('request', (request) => {
    if (!request.url().startsWith('file:') && !request.url().startsWith('data:'))
      trouble.push(`request: ${request.url()}`);
  });
  page.on('dialog', (dialog) => {
    trouble.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  if (open) {
    await page.goto(url);
    await page.locator('h1').waitFor();
  }
  return { page, trouble };
}

export async function goTo(page: Page, address: string): Promise<void> {
  await page.evaluate(`location.hash = ${JSON.stringify(address)}`);
  await page.waitForTimeout(60);
  await page.locator('h1').waitFor();
}

interface AxeResult {
  readonly violations: readonly {
    readonly id: string;
    readonly impact: string;
    readonly nodes: readonly { readonly html: string }[];
  }[];
}

/** Serious and critical ones, with the elements. */
export async function violations(page: Page, only?: readonly string[]): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const found = await page.evaluate<AxeResult>(
    `axe.run(${only === undefined ? '' : JSON.stringify({ runOnly: only })})`,
  );
  return found.violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
}
