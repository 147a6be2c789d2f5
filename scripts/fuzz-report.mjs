// Words the results of scripts/fuzz.mjs for docs/fuzzing.md.

export function modelsSection(results) {
  return `${table(
    [
      'target',
      'mutants of',
      'run',
      'harness crashes',
      'without a verdict',
      'latest verdict of a hang, beyond its deadline',
      'good cases between',
      'of these changed',
      'time',
    ],
    results.map((result) => [
      `\`${result.target}\``,
      result.kind,
      `${result.run}${result.run === result.asked ? '' : ` of ${result.asked}`}`,
      result.harnessCrashes.length,
      result.withoutVerdict,
      result.verdicts['timed-out DEADLINE_EXCEEDED'] === undefined
        ? 'no hang'
        : `${result.longestOverrunMs} ms`,
      result.goodCases,
      result.changedGoodCases.length,
      `${result.seconds} s`,
    ]),
  )}

### How the mutants ended

${table(
  ['verdict', ...results.map(({ target, kind }) => `\`${target}\` ${kind}`)],
  [...new Set(results.flatMap(({ verdicts }) => Object.keys(verdicts)))]
    .toSorted((left, right) => left.localeCompare(right))
    .map((verdict) => [verdict, ...results.map(({ verdicts }) => verdicts[verdict] ?? 0)]),
)}

${conditions(results)}`;
}

export function formatsSection(formats) {
  const codes = [...new Set(formats.flatMap(({ ends }) => Object.keys(ends)))].toSorted((left, right) =>
    left.localeCompare(right),
  );
  return `${table(
    [
      'format',
      'run',
      'untyped errors',
      'above one second',
      'the longest',
      'kept for new blocks',
      'blocks reached',
    ],
    formats.map(({ format, run, untyped, slow, longestMs, kept, blocks }) => [
      format,
      run,
      untyped.length,
      slow.length,
      `${longestMs} ms`,
      kept,
      blocks,
    ]),
  )}

${table(
  ['ended', ...formats.map(({ format }) => format)],
  codes.map((code) => [code, ...formats.map(({ ends }) => ends[code] ?? 0)]),
)}
`;
}

function conditions(results) {
  const all = (key) => [...new Set(results.map((result) => result[key]))].join(', ');
  return `Run on ${all('date')} with onnxruntime ${all('onnxruntime')}, Node ${all('node')}, ${all('host')}, seed ${all('seed')}, a deadline of ${[
    ...new Set(results.map(({ deadlineMs }) => `${deadlineMs / 1000} s`)),
  ].join(' or ')} for each step and a memory limit of 1 GiB.`;
}

function table(head, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
