import { useMemo, useState } from 'preact/hooks';
import { whyGroups } from '../../result/why-groups.ts';
import { counted } from '../../result/wording.ts';
import { checksAddress } from '../address.ts';
import { Name } from '../parts/name.tsx';
import { SectionTable } from '../parts/section-table.tsx';
import { useRun } from '../view/context.ts';
import { filterToken } from '../view/filter.ts';
import {
  notPassed,
  operatorLines,
  type OperatorLine,
  type OperatorsBy,
  type Tally,
} from '../view/operators.ts';

const WAYS: readonly OperatorsBy[] = ['operator', 'element type', 'both'];

/** Which operators and element types does each target carry? */
export function OperatorsScreen() {
  const run = useRun();
  const [by, setBy] = useState<OperatorsBy>('operator');
  const lines = useMemo(() => operatorLines(run, by), [run, by]);
  const targets = run.targets.filter((target) => lines.some(({ byTarget }) => byTarget.has(target)));
  return (
    <div class="screen">
      <section>
        <h1>Operators</h1>
        <p class="quiet">
          Cases of the ONNX backend layout by the operator that their folder names: ✓ passed, – unsupported, ✕
          ended otherwise.
        </p>
      </section>
      <Causes targets={targets} />
      <div class="chips" role="group" aria-label="Lines of the table">
        {WAYS.map((way) => (
          <button key={way} type="button" class="chip" aria-pressed={by === way} onClick={() => setBy(way)}>
            {way === 'both' ? 'operator and element type' : way}
          </button>
        ))}
      </div>
      <SectionTable
        title={by === 'element type' ? 'Element types × targets' : 'Operators × targets'}
        note={counted(lines.length, 'line')}
        head={[
          ...(by === 'element type' ? [] : ['Operator']),
          ...(by === 'operator' ? [] : ['Element type']),
          ...targets,
        ]}
        kind="operators"
      >
        <Sum lines={lines} targets={targets} columns={by === 'both' ? 2 : 1} />
        {lines.map((line) => (
          <Line key={`${line.operator}\n${line.dtype}`} line={line} targets={targets} />
        ))}
      </SectionTable>
    </div>
  );
}

/** Why cases did not pass, with how many of them on each target. */
function Causes({ targets }: { readonly targets: readonly string[] }) {
  const run = useRun();
  const groups = useMemo(() => whyGroups(notPassed(run)), [run]);
  if (groups.length === 0) return null;
  return (
    <SectionTable
      title="Why cases did not pass"
      head={['Ended', 'Reason', ...targets.map((target) => `#${target}`), 'Such as']}
    >
      {groups.map(({ headline, code, byTarget, example }) => (
        <tr key={`${headline} ${code ?? ''}`}>
          <th scope="row">{headline}</th>
          <td>
            <code class="one-line">{code ?? 'none recorded'}</code>
          </td>
          {targets.map((target) => {
            const count = byTarget.get(target) ?? 0;
            const of = code === null ? [] : [filterToken('reason', code)];
            const filter = ['-verdict:pass', ...of, filterToken('target', target)].join(' ');
            return (
              <td key={target} class="num">
                {count === 0 ? '0' : <a href={checksAddress(filter)}>{count}</a>}
              </td>
            );
          })}
          <td class="quiet prose">
            <Name text={example} />
          </td>
        </tr>
      ))}
    </SectionTable>
  );
}

function Sum(props: {
  readonly lines: readonly OperatorLine[];
  readonly targets: readonly string[];
  readonly columns: number;
}) {
  return (
    <tr class="sum">
      <th scope="row" colSpan={props.columns}>
        All
      </th>
      {props.targets.map((target) => {
        const tallies = props.lines.flatMap(({ byTarget }) => byTarget.get(target) ?? []);
        const sum = (of: (tally: Tally) => number): number =>
          tallies.reduce((total, tally) => total + of(tally), 0);
        const tally = {
          passed: sum(({ passed }) => passed),
          unsupported: sum(({ unsupported }) => unsupported),
          failed: sum(({ failed }) => failed),
        };
        return (
          <td key={target}>
            <TallyText tally={tally} />
          </td>
        );
      })}
    </tr>
  );
}

function Line({ line, targets }: { readonly line: OperatorLine; readonly targets: readonly string[] }) {
  const { operator, dtype, byTarget } = line;
  return (
    <tr>
      {operator !== null && (
        <th scope="row">
          <Name text={operator} />
        </th>
      )}
      {dtype !== null && (operator === null ? <th scope="row">{dtype}</th> : <td>{dtype}</td>)}
      {targets.map((target) => {
        const tally = byTarget.get(target);
        return (
          <td key={target}>
            {tally !== undefined && (
              <a class="plain" href={checksAddress(filterOf(line, target))}>
                <TallyText tally={tally} />
              </a>
            )}
          </td>
        );
      })}
    </tr>
  );
}

const TALLY: readonly (readonly [keyof Tally, mark: string, word: string])[] = [
  ['passed', '✓', 'passed'],
  ['unsupported', '–', 'unsupported'],
  ['failed', '✕', 'ended otherwise'],
];

function TallyText({ tally }: { readonly tally: Tally }) {
  return (
    <span class="tally">
      {TALLY.filter(([of]) => tally[of] > 0).map(([of, mark, word]) => (
        <span key={of} class={`tally-${of}`} title={word}>
          <span aria-hidden="true">{mark}</span> {tally[of]}
          <span class="off-screen"> {word}</span>
        </span>
      ))}
    </span>
  );
}

/** The checks behind a cell. */
function filterOf({ operator, dtype }: OperatorLine, target: string): string {
  const tokens = [
    ...(operator === null ? [] : [filterToken('operator', operator)]),
    ...(dtype === null || dtype === 'unknown' ? [] : [filterToken('dtype', dtype)]),
    filterToken('target', target),
  ];
  return tokens.join(' ');
}
