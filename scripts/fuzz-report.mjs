// Writes docs/fuzzing.md from the results of scripts/fuzz.mjs.

export function fuzzingDoc(results) {
  return `${HEAD}

${table(
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

## How the mutants ended

${table(
  ['verdict', ...results.map(({ target, kind }) => `\`${target}\` ${kind}`)],
  [...new Set(results.flatMap(({ verdicts }) => Object.keys(verdicts)))]
    .toSorted((left, right) => left.localeCompare(right))
    .map((verdict) => [verdict, ...results.map(({ verdicts }) => verdicts[verdict] ?? 0)]),
)}

${conditions(results)}
`;
}

const HEAD = `# Fuzzing

Written by \`npm run fuzz\`: each runtime gets mutants of the small models in \`test/fixtures/models/seeds\`, through the
same worker processes that a run uses. A mutant of bytes has one to four edits of the file; a mutant of structure is
still protobuf and has one to three edits of its nodes, attributes, edges, types, shapes, weights or opset. What must
hold is that a mutant costs no more than itself: the tool never fails, every mutant has a verdict, a mutant that hangs
has it within two seconds of its deadline, and the good cases run in between give the same bits every time.

\`\`\`bash
npm run build
npm run fuzz -- --target ort-node/cpu --bytes 20000 --structures 8000 --seed 1 --json cpu.json
npm run fuzz -- --report cpu.json wasm.json webgpu.json
\`\`\`

A small version with a fixed seed runs in \`test/integration/hostile-fuzz.test.ts\`.`;

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
