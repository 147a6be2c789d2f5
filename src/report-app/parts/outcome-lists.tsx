import type { Outcome } from '../../result/document.ts';
import { counted } from '../../result/wording.ts';
import { checksAddress } from '../address.ts';
import { useRun } from '../view/context.ts';
import { groupBy, type Row } from '../view/rows.ts';
import { CheckName } from './check-name.tsx';
import { Name } from './name.tsx';
import { Computed } from './number.tsx';
import { Prose } from './prose.tsx';
import { SectionTable } from './section-table.tsx';
import { StandingLabel } from './standing.tsx';

const LISTS: readonly (readonly [Outcome, string])[] = [
  ['regressed', 'Regressed'],
  ['removed', 'Removed'],
  ['flaky', 'Flaky'],
  ['new', 'New'],
  ['fixed', 'Fixed'],
  ['improved', 'Improved'],
  ['known failure', 'Known failures'],
];

const MOST = 40;

/** The checks by their outcome against what the run was held against, as the run says. */
export function OutcomeLists() {
  const { document, rows } = useRun();
  const groups = groupBy(rows, ({ check }) => check.outcome);
  const { against } = document;
  if (against === undefined) return null;
  const unchanged = groups.get('unchanged')?.length ?? 0;
  return (
    <>
      <p class="lead-text">
        Held against <Name text={against.name} />
        {against.runs.length > 0 && (
          <>
            {' '}
            (<Name text={against.runs.join(', ')} />
            {against.commit !== null && `, commit ${against.commit.slice(0, 8)}`})
          </>
        )}
        : {counted(unchanged, 'check')} unchanged.
      </p>
      {LISTS.map(([outcome, title]) => (
        <OutcomeTable key={outcome} title={title} outcome={outcome} rows={groups.get(outcome) ?? []} />
      ))}
    </>
  );
}

function OutcomeTable(props: {
  readonly title: string;
  readonly outcome: Outcome;
  readonly rows: readonly Row[];
}) {
  const { title, outcome, rows } = props;
  if (rows.length === 0) return null;
  const told = rows.some(({ check }) => check.reasons.length > 0);
  return (
    <SectionTable
      title={title}
      note={
        <a href={checksAddress(`outcome:${outcome.replace(' ', '-')}`)}>{counted(rows.length, 'check')}</a>
      }
      head={['Check', 'Verdict', '#Of bound', ...(told ? ['Why'] : [])]}
    >
      {rows.slice(0, MOST).map((row) => (
        <tr key={row.position}>
          <th scope="row">
            <CheckName of={row.check} />
          </th>
          <td>
            <StandingLabel
              standing={row.standing}
              {...(row.check.verdict === null
                ? { detail: row.check.outcome === 'removed' ? 'removed' : row.check.status }
                : {})}
            />
          </td>
          <td class="num">{row.utilisation !== null && <Computed value={row.utilisation} />}</td>
          {told && (
            <td class="prose">
              <Prose text={row.check.reasons.at(-1)?.message ?? ''} />
            </td>
          )}
        </tr>
      ))}
    </SectionTable>
  );
}
