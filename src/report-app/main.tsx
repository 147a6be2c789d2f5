import { render } from 'preact';
import { App } from './app.tsx';
import { readAudit, readHistoryHead, readRun } from './view/page.ts';
import { viewOf } from './view/rows.ts';
import { applyTheme, storedTheme } from './theme.ts';

applyTheme(storedTheme());
const place = document.getElementById('app');
if (place !== null) {
  try {
    const run = viewOf(await readRun());
    render(<App run={run} history={readHistoryHead()} audit={readAudit()} />, place);
  } catch (error) {
    place.textContent = `This page cannot be read: ${String(error)}. It is cut off, or the browser is older than 2023. The same facts are in run.json beside it.`;
  }
}
