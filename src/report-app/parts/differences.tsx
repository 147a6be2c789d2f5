import type { ReportChange } from '../../result/report-history.ts';
import { shortened } from '../view/movement.ts';
import { Name } from './name.tsx';
import { SectionTable } from './section-table.tsx';

/** What the numbers of two runs depend on, where it differs: the usual suspects. */
export function Differences({ changes }: { readonly changes: readonly ReportChange[] }) {
  if (changes.length === 0) {
    return (
      <p>Models, runtimes, host, tool and commit are the same in both runs, as far as they are known.</p>
    );
  }
  return (
    <SectionTable title="What else differs" head={['What', 'Then', 'Now']}>
      {changes.map(({ what, name, before, after }) => (
        <tr key={`${what} ${name}`}>
          <th scope="row">
            {what} {name !== '' && <Name text={name} />}
          </th>
          <td title={before ?? ''}>
            <code>{shortened(before)}</code>
          </td>
          <td title={after ?? ''}>
            <code>{shortened(after)}</code>
          </td>
        </tr>
      ))}
    </SectionTable>
  );
}
