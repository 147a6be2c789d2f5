import { cleanLine } from '../../result/wording.ts';

/** Text in Markdown that shows as it is: no markup, no HTML, no links, no mentions, no table breaks. */
export function escapeMarkdown(text: string): string {
  return shorten(cleanLine(text))
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replace(/[\\`*_{}[\]()#+!|~$]/g, String.raw`\$&`)
    .replaceAll('@', '&#64;')
    .replace(/:\/\//g, '&#58;//')
    .replace(/\bwww\./gi, 'www&#46;');
}

/** A code span that holds any text, also backticks; pipes are written so that a table survives them. */
export function codeSpan(text: string): string {
  const clean = cleanLine(text).replaceAll('|', String.raw`\|`);
  const longest = Math.max(0, ...[...clean.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  const pad = longest > 0 || clean.startsWith(' ') || clean === '' ? ' ' : '';
  return `${fence}${pad}${clean}${pad}${fence}`;
}

/** A summary is read at a glance; the whole name is in the report. */
function shorten(text: string): string {
  return text.length <= 160 ? text : `${text.slice(0, 100)}…${text.slice(-50)}`;
}
