import junitModule from 'junit-report-builder';
import type { Builder, TestCase } from 'junit-report-builder';
import type { Check, RunDocument } from '../../result/document.ts';
import { didNotPass, failing, headlineOf, standingOf } from '../../result/reading.ts';
import {
  allNeededText,
  boundText,
  checkName,
  cleanBlock,
  cleanLine,
  modelName,
  whyText,
  worstText,
} from '../../result/wording.ts';

// The package's types promise an ES module with a default export; what Node loads is the builder itself.
const junit = junitModule as unknown as Builder;

/** JUnit XML: a test suite per suite, a test case per check; a failure is a verdict, an error is what was not executed. */
export function renderJUnit(document: RunDocument): string {
  const report = junit.newBuilder().name('onnx-parity');
  for (const [suite, checks] of bySuite(document)) {
    const node = report
      .testSuite()
      .name(cleanLine(suite))
      .timestamp(document.startedAt.slice(0, 19))
      .time(sum(checks.map(secondsOf)));
    for (const check of checks) describe(node.testCase(), check);
  }
  for (const problem of document.problems) {
    const node = report.testSuite().name('problems').testCase();
    node.className('onnx-parity').name(cleanLine(problem.code));
    const hint = cleanBlock(problem.hint);
    node.error(
      cleanLine(problem.message),
      cleanLine(problem.code),
      hint === '' ? cleanLine(problem.message) : hint,
    );
  }
  return `${report.build()}\n`;
}

function bySuite(document: RunDocument): ReadonlyMap<string, readonly Check[]> {
  const groups = new Map<string, Check[]>();
  for (const { name } of document.suites) groups.set(name, []);
  for (const check of document.checks) {
    const group = groups.get(check.suite);
    if (group === undefined) groups.set(check.suite, [check]);
    else group.push(check);
  }
  return groups;
}

function describe(node: TestCase, check: Check): void {
  node.className(modelName(check)).name(checkName(check)).time(secondsOf(check));
  if (didNotPass(check)) {
    const type = failing(check)[0]?.code ?? headlineOf(check).toUpperCase();
    const message = messageOf(check);
    if (check.verdict === null) node.error(message, type, details(check));
    else node.failure(message, type).stacktrace(details(check));
  } else if (standingOf(check) !== 'passed') {
    node.skipped();
    node.standardOutput(details(check));
  }
  if (check.crash !== undefined && check.crash.stderr !== '') {
    node.standardError(cleanBlock(check.crash.stderr));
  }
}

/** Why, where worst, and what would pass, in one line. */
function messageOf(check: Check): string {
  const [worst] = check.worst;
  const needed = allNeededText(check);
  return [
    whyText(check),
    worst === undefined ? '' : `Worst ${worstText(worst, check.dtype)}.`,
    needed === '' ? '' : `Smallest passing tolerance: ${needed}.`,
  ]
    .filter((part) => part !== '')
    .join(' ');
}

function details(check: Check): string {
  const needed = allNeededText(check, true);
  return [
    `${headlineOf(check)}: ${modelName(check)} / ${checkName(check)}`,
    ...check.reasons.flatMap(({ code, message, hint }) => [
      `${code}: ${cleanLine(message)}`,
      ...(hint === '' ? [] : [`  next: ${cleanLine(hint)}`]),
    ]),
    ...check.bounds
      .filter((bound) => bound.holds === false)
      .map(
        (bound) => `does not hold: ${boundText(bound)} (${bound.from}), value ${bound.value ?? 'unknown'}`,
      ),
    ...check.worst.map((worst) => `worst ${worstText(worst, check.dtype)}`),
    ...(needed === '' ? [] : [`smallest passing tolerance: ${needed}`]),
    ...(check.reproduce === '' ? [] : [`reproduce: ${cleanLine(check.reproduce)}`]),
  ].join('\n');
}

function secondsOf(check: Check): number {
  const run = check.timing?.runMs ?? [];
  return Number((sum(run) / 1000).toFixed(6));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
