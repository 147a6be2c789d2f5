import { counted } from '../../result/wording.ts';
import type { Pair } from '../view/compare.ts';
import { factorText } from '../view/movement.ts';
import { keyText } from '../view/rows.ts';
import { CheckName } from './check-name.tsx';
import { Some } from './more.tsx';
import { Computed } from './number.tsx';
import { SectionTable } from './section-table.tsx';
import { StandingLabel } from './standing.tsx';

/** Checks in two runs, then and now. Nothing where there are none. */
export function PairTable({ title, pairs }: { readonly title: string; readonly pairs: readonly Pair[] }) {
  if (pairs.length === 0) return null;
  return (
    <Some of={pairs} first={40}>
      {(some) => (
        <SectionTable
          title={title}
          note={counted(pairs.length, 'check')}
          head={['Check', 'Then', '#Error then', 'Now', '#Error now', '#Moved', '#Of bound']}
        >
          {some.map((pair) => (
            <PairRow key={keyText(pair.key)} pair={pair} />
          ))}
        </SectionTable>
      )}
    </Some>
  );
}

function PairRow({ pair }: { readonly pair: Pair }) {
  const { key, row, before, after, factor } = pair;
  return (
    <tr>
      <th scope="row">
        <CheckName of={key} />
      </th>
      <td>{before !== null && <StandingLabel standing={before.standing} />}</td>
      <td class="num">{before?.value != null && <Computed value={before.value} />}</td>
      <td>{row !== null && <StandingLabel standing={row.standing} />}</td>
      <td class="num">{after !== null && <Computed value={after} />}</td>
      <td class={`num ${factor !== null && factor > 1 ? 'grew' : ''}`}>
        {factor !== null && factorText(factor)}
      </td>
      <td class="num">{row?.utilisation != null && <Computed value={row.utilisation} />}</td>
    </tr>
  );
}
