/** Words and numbers as every view of a run shows them, so that terminal, JUnit, Markdown and page agree. */
import type { Bound, Check, Needed, RunDocument, Summary, WorstElement } from './document.ts';
import { didNotPass, failing, isLowerLimit, needsLower, standingOf, tightestBound } from './reading.ts';
import { fromWire } from './wire.ts';
import type { WireNumber, WireValue } from './wire.ts';

/**
 * Exponential with three significant digits; integers below a million as they are; numbers within a hundredth of one
 * (cosines, a bound just held or just missed) with as many decimals as tell them from one, or as `1 − 1.00e-13`.
 */
export function formatNumber(value: WireNumber): string {
  const number = fromWire(value);
  if (!Number.isFinite(number) || isPlain(number)) return String(value);
  if (isNearOne(number)) return nearOne(number);
  return shortExponent(number.toExponential(2));
}

function isPlain(number: number): boolean {
  return Number.isInteger(number) && Math.abs(number) < 1e6;
}

function isNearOne(number: number): boolean {
  return Math.abs(number - 1) < 0.01;
}

/** Three significant digits of the distance to one. */
function nearOne(number: number): string {
  const distance = Math.abs(number - 1);
  if (distance < 1e-6) return `1 ${number < 1 ? '−' : '+'} ${distance.toExponential(2)}`;
  return number.toFixed(2 + Math.ceil(-Math.log10(distance)));
}

/** Three significant digits, rounded so that the number, used as a limit, still passes. */
export function formatLimit(value: WireNumber, lower: boolean): string {
  const number = fromWire(value);
  if (!Number.isFinite(number) || isPlain(number)) return formatNumber(value);
  const shown = formatNumber(value);
  if (lower ? Number(shown) <= number : Number(shown) >= number) return shown;
  if (isNearOne(number)) return String(number);
  const step = 10 ** (Math.floor(Math.log10(Math.abs(number))) - 2);
  return shortExponent((Number(shown) + (lower ? -step : step)).toExponential(2));
}

function shortExponent(text: string): string {
  return text.replace('e+', 'e');
}

/** A tensor element with the digits that a float32 can tell apart. */
export function formatElement(value: WireValue, dtype: string | null): string {
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string')
    return dtype === 'string' ? JSON.stringify(cleanLine(value)) : cleanLine(value);
  return dtype === 'float64' ? String(value) : String(Number(value.toPrecision(9)));
}

/** `[0, 3]`; the one element of a scalar has no index: `[]`. */
export function formatIndex(index: readonly number[]): string {
  return `[${index.join(', ')}]`;
}

export function formatShape(shape: readonly number[] | null): string {
  return shape === null ? 'shape unknown' : shape.length === 0 ? 'scalar' : shape.join(' × ');
}

export function formatDuration(ms: number): string {
  if (ms < 1000) return `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`;
  const seconds = ms / 1000;
  if (seconds < 60) return `${seconds.toFixed(1)} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${Math.round(seconds - minutes * 60)} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function formatBytes(bytes: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let value = bytes;
  let unit = 0;
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(1)} ${units[unit]}`;
}

/** `case / output [target]`, the name of a check within its suite and model. */
export function checkName(check: Check): string {
  const output = check.output === null ? '' : ` / ${cleanLine(check.output)}`;
  return `${cleanLine(check.case)}${output} [${cleanLine(check.target)}]`;
}

/** Suite and model; the model only where it adds something. */
export function modelName(check: Check): string {
  const [suite, model] = [cleanLine(check.suite), cleanLine(check.model)];
  return suite === model ? suite : `${suite} / ${model}`;
}

/** `at [0, 3]: expected 1.5, actual 1.75`. */
export function worstText(worst: WorstElement, dtype: string | null): string {
  const error = worst.error === undefined ? '' : `, error ${formatNumber(worst.error)}`;
  return `at ${formatIndex(worst.index)}: expected ${formatElement(worst.expected, dtype)}, actual ${formatElement(worst.actual, dtype)}${error}`;
}

/** `linf ≤ 3.11e-4`, or both ways out of a mismatch bound. `full` gives every digit of the document. */
export function neededText(check: Check, needed: Needed, full = false): string {
  const show = (value: WireNumber, lower: boolean) => (full ? String(value) : formatLimit(value, lower));
  const ways: string[] = [];
  if (needed.atol !== undefined) ways.push(`atol ${show(needed.atol, false)}`);
  if (needed.rtol !== undefined) ways.push(`rtol ${show(needed.rtol, false)}`);
  if (ways.length > 0) return ways.join(' or ');
  const lower = needsLower(check, needed);
  return `${cleanLine(needed.metric)} ${lower ? '≥' : '≤'} ${show(needed.value, lower)}`;
}

/** All of {@link neededText} in one line; empty where nothing is known. */
export function allNeededText(check: Check, full = false): string {
  return [...new Set(check.needed.map((needed) => neededText(check, needed, full)))].join(', ');
}

/** A limit as one reads it: `linf ≤ 1.00e-4`, `mismatches ≤ 0 (atol 1.00e-5, rtol 1.00e-4)`, or the expression. */
export function boundText(bound: Bound): string {
  if (bound.expression !== undefined) return cleanLine(bound.expression);
  const parts: string[] = [];
  if (bound.k !== undefined) parts.push(`k ${bound.k}`);
  if (bound.atol !== undefined) parts.push(`atol ${formatNumber(bound.atol)}`);
  if (bound.rtol !== undefined) parts.push(`rtol ${formatNumber(bound.rtol)}`);
  const pair = parts.length === 0 ? '' : ` (${parts.join(', ')})`;
  return `${cleanLine(bound.metric)} ${isLowerLimit(bound) ? '≥' : '≤'} ${formatNumber(bound.limit)}${pair}`;
}

/** Why a check stands as it does, in one line: its first reason, else its tightest bound. */
export function whyText(check: Check): string {
  const [reason] = failing(check).length > 0 ? failing(check) : check.reasons;
  if (reason !== undefined) return cleanLine(reason.message);
  const bound = tightestBound(check);
  if (bound === null) {
    return check.verdict === 'pass' ? 'There was no bound to break.' : 'No reason was recorded.';
  }
  const value = bound.value === undefined ? '' : ` with ${formatNumber(bound.value)}`;
  if (bound.holds === false) return `${boundText(bound)} (${bound.from}) does not hold${value}.`;
  return `Every bound holds; the tightest is ${boundText(bound)} (${bound.from})${value}.`;
}

/** The next step of a check that did not pass. */
export function nextStep(check: Check): string {
  const hint = failing(check).find((reason) => reason.hint !== '')?.hint;
  return cleanLine(hint ?? check.reasons.find((reason) => reason.hint !== '')?.hint ?? '');
}

/** The one sentence about a run. */
export function verdictSentence(document: RunDocument): string {
  const parts = [passSentence(document)];
  const problems = document.problems.length;
  if (problems > 0) parts.push(`${counted(problems, 'problem')} kept part of the plan from running.`);
  if (!document.complete) parts.push('The run did not finish: what is missing was not judged.');
  return parts.join(' ');
}

function passSentence(document: RunDocument): string {
  const { checks } = document;
  if (checks.length === 0) return 'No check was run.';
  const bad = checks.filter(didNotPass).length;
  if (bad > 0) return `${bad} of ${counted(checks.length, 'check')} did not pass.`;
  const passed = checks.filter((check) => check.verdict === 'pass').length;
  if (passed === 0) return 'No check was executed, so nothing is proven.';
  if (passed === checks.length) return passed === 1 ? 'The check passed.' : `All ${passed} checks passed.`;
  return `All ${passed} checks that count passed; ${setAside(checks)}.`;
}

function setAside(checks: readonly Check[]): string {
  const skipped = checks.filter((check) => standingOf(check) === 'skipped').length;
  const known = checks.filter(
    (check) =>
      check.outcome === 'known failure' && standingOf(check) !== 'passed' && standingOf(check) !== 'skipped',
  ).length;
  const parts: string[] = [];
  if (skipped > 0) parts.push(`${skipped} on optional targets or expected gaps did not run`);
  if (known > 0) parts.push(`${counted(known, 'known failure')} set aside`);
  return parts.join(', ');
}

/** The five counts, those that are not zero: `110 passed, 5 failed`. */
export function countsText(summary: Summary): string {
  const parts: readonly [number, string][] = [
    [summary.passed, 'passed'],
    [summary.failed, 'failed'],
    [summary.void, 'void'],
    [summary.unverified, 'unverified'],
    [summary.notRun, 'not run'],
  ];
  const shown = parts.filter(([count]) => count > 0).map(([count, word]) => `${count} ${word}`);
  return shown.length === 0 ? 'no checks' : shown.join(', ');
}

export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}

// C0 and C1 controls, bidi controls, zero-width and line separators, tags, and halves of surrogate pairs.
const UNSAFE =
  // oxlint-disable-next-line no-control-regex -- control characters are what it finds
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff]|[\u{e0000}-\u{e007f}]|[\ud800-\udfff]/gu;

/** A name as one safe line: whatever is invisible, reorders text or moves a cursor is written out as `\u{…}`. */
export function cleanLine(text: string): string {
  return text.replace(UNSAFE, (character) => {
    const named = NAMED.get(character);
    return named ?? `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
  });
}

const NAMED: ReadonlyMap<string, string> = new Map([
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
  ['\u001b', '\\e'],
]);

// CSI, OSC and two-character escapes, as ECMA-48 defines them.
const ANSI =
  // oxlint-disable-next-line no-control-regex -- escape sequences are what it finds
  /\u001b\[[0-?]*[ -/]*[@-~]|\u001b\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|\u001b[@-Z\\-_]|\u009b[0-?]*[ -/]*[@-~]/g;

/** A block of text, such as stderr: colours removed, lines and tabs kept, everything else as in {@link cleanLine}. */
export function cleanBlock(text: string): string {
  const plain = text.replace(ANSI, '').replaceAll('\r\n', '\n');
  return plain
    .split('\n')
    .map((line) => line.split('\t').map(cleanLine).join('\t'))
    .join('\n');
}
