/** How long a page of 20,000 checks and 100 runs takes for what a person does with it. */
import { writeFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { renderHtml } from '../../src/reporters/html/index.ts';
import { createCrowd } from '../builders/crowd.ts';
import { createHistory } from '../builders/history.ts';
import { createSecondStory } from '../builders/second-story.ts';
import { opened } from './report-page.ts';

export const LARGE = { checks: 20_000, runs: 100 };

export async function writeLarge(path: string): Promise<string> {
  const crowd = createCrowd(LARGE.checks);
  const history = createHistory(crowd, { runs: LARGE.runs });
  writeFileSync(path, await renderHtml(crowd, { history, audit: createSecondStory().audit }));
  return pathToFileURL(path).href;
}

/** All in milliseconds. */
interface LargeTimes {
  /** From opening the file until a filter that was typed has its result. */
  readonly interactive: number;
  /** The longest task while the list is scrolled by three rows a frame, and from end to end in 90 frames; processor time. */
  readonly scrolling: number;
  readonly leaping: number;
  readonly overview: number;
  readonly changes: number;
  readonly trends: number;
  /** The line of one check over all runs. */
  readonly series: number;
}

export interface LargeMeasured {
  readonly times: LargeTimes;
  /** Console messages, errors, requests. */
  readonly trouble: readonly string[];
}

export async function measureLarge(browser: Browser, url: string): Promise<LargeMeasured> {
  const { page, trouble } = await opened(browser, url, { width: 1280, height: 900 }, 'light', false);
  const interactive = await timed(async () => {
    await page.goto(`${url}#/checks`, { waitUntil: 'commit' });
    await page.locator('#row-0').waitFor();
    await page.locator('#filter').fill('verdict:fail');
    await page.getByText(`400 of ${LARGE.checks} checks`).waitFor();
  });
  await page.locator('#filter').fill('');
  await page.getByText(`${LARGE.checks} checks`).waitFor();
  await page.waitForTimeout(300);
  const scrolling = await longestTask(browser, page, () => scroll(page, '120'));
  const leaping = await longestTask(browser, page, () => scroll(page, 'grid.scrollHeight / 90'));
  const shown = (address: string, heading: string): Promise<number> =>
    timed(async () => {
      await page.evaluate(`location.hash = ${JSON.stringify(address)}`);
      await page.getByRole('heading', { name: heading }).waitFor();
    });
  const times = {
    interactive,
    scrolling,
    leaping,
    overview: await shown('#/', 'Suites × targets'),
    changes: await shown('#/changes?with=2026-night-050', 'What else differs'),
    trends: await shown('#/trends', 'Suites on their targets'),
    series: await shown('#/check/suite-3/model-2/case%206/ort-web%2Fwasm/logits', 'linf over the runs'),
  };
  await page.close();
  return { times, trouble };
}

interface TraceEvent {
  readonly name: string;
  readonly pid: number;
  readonly tid: number;
  /** Microseconds of processor time. */
  readonly tdur?: number;
  readonly args: { readonly name?: string };
}

/** Of the page's main thread. Processor time, so that what else the machine is doing does not count. */
async function longestTask(browser: Browser, page: Page, work: () => Promise<void>): Promise<number> {
  await browser.startTracing(page, { categories: ['toplevel', '__metadata'] });
  await work();
  const trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as {
    readonly traceEvents: readonly TraceEvent[];
  };
  const main = new Set(
    trace.traceEvents
      .filter(({ name, args }) => name === 'thread_name' && args.name === 'CrRendererMain')
      .map(({ pid, tid }) => `${pid} ${tid}`),
  );
  const tasks = trace.traceEvents.filter(
    ({ name, pid, tid }) => name.endsWith('RunTask') && main.has(`${pid} ${tid}`),
  );
  if (tasks.length === 0) throw new Error('the trace has no task of the page');
  return Math.max(...tasks.map(({ tdur }) => tdur ?? 0)) / 1000;
}

/** Scrolls the list by so many pixels a frame, 90 frames long. */
async function scroll(page: Page, pixels: string): Promise<void> {
  await page.evaluate(`new Promise((resolve) => {
    const grid = document.querySelector('.grid');
    const step = ${pixels};
    let frames = 0;
    const frame = () => {
      grid.scrollTop += step;
      if (++frames < 90) requestAnimationFrame(frame);
      else resolve();
    };
    requestAnimationFrame(frame);
  })`);
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return Math.round(performance.now() - started);
}
