import { render } from 'preact';
import { App } from './app.tsx';
import { readRun } from './view/page.ts';
import { viewOf } from './view/rows.ts';
import { applyTheme, storedTheme } from './theme.ts';

applyTheme(storedTheme());
const place = document.getElementById('app');
if (place !== null) render(<App run={viewOf(readRun())} />, place);
