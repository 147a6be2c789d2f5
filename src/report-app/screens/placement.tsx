import { useMemo } from 'preact/hooks';
import { addressOf } from '../address.ts';
import { PROOF_WORDS } from '../parts/circumstances.tsx';
import { Some } from '../parts/more.tsx';
import { Name } from '../parts/name.tsx';
import { SectionTable } from '../parts/section-table.tsx';
import { percent } from '../parts/share-strip.tsx';
import { useRun } from '../view/context.ts';
import { placementsOf, type PlacementLine } from '../view/placement.ts';

/** Did it run where it was asked to? */
export function PlacementScreen() {
  const run = useRun();
  const lines = useMemo(() => placementsOf(run), [run]);
  const elsewhere = lines.filter((line) => line.elsewhere > 0).length;
  return (
    <div class="screen">
      <section>
        <h1>Placement</h1>
        <p class="quiet">
          {elsewhere === 0
            ? 'Every node ran on the provider that was asked for, as far as the runtimes tell.'
            : `${elsewhere} of ${lines.length} models and targets have nodes elsewhere than asked.`}{' '}
          Of several cases the one with the most nodes elsewhere is shown.
        </p>
      </section>
      <Some of={lines}>
        {(some) => (
          <SectionTable
            title="Models and targets"
            head={['Model', 'Target', 'Nodes', '#Where asked', 'Known by', 'Elsewhere']}
            kind="placement"
          >
            {some.map((line) => (
              <Line key={`${line.suite}\n${line.model}\n${line.target}`} line={line} />
            ))}
          </SectionTable>
        )}
      </Some>
    </div>
  );
}

const MOST_OPS = 6;

function Line({ line }: { readonly line: PlacementLine }) {
  const { suite, model, target, nodes, requested, total, elsewhere, ops, timeShare } = line;
  return (
    <tr>
      <th scope="row">
        <a href={addressOf({ screen: 'suite', suite })}>
          <Name text={suite} />
        </a>
        {model !== suite && (
          <span class="quiet block">
            <Name text={model} />
          </span>
        )}
      </th>
      <td class="whole">
        <Name text={target} />
      </td>
      <td>
        <span class="node-bar" aria-hidden="true">
          {nodes.map(([provider, count]) => (
            <span
              key={provider}
              class={provider === requested ? 'asked' : 'other'}
              style={{ flexGrow: String(count) }}
            />
          ))}
        </span>
        {nodes.map(([provider, count], at) => (
          <span key={provider}>
            {at > 0 && ', '}
            {count} on <Name text={provider} />
          </span>
        ))}
      </td>
      <td class="num">
        {total > 0 && percent((total - elsewhere) / total)}
        {timeShare !== null && <span class="quiet block">{percent(timeShare)} of the time</span>}
      </td>
      <td>{PROOF_WORDS[line.proof]}</td>
      <td>
        {ops.slice(0, MOST_OPS).map(([op, count, why]) => (
          <span key={op} class="block" title={why}>
            <Name text={op} />
            {count > 1 && ` × ${count}`}
            {why !== '' && (
              <span class="quiet">
                {' '}
                <Name text={why} />
              </span>
            )}
          </span>
        ))}
        {ops.length > MOST_OPS && <span class="quiet">and {ops.length - MOST_OPS} more operators</span>}
      </td>
    </tr>
  );
}
