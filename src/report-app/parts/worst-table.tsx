import type { WorstElement } from '../../result/document.ts';
import { formatElement, formatIndex } from '../../result/wording.ts';
import { Num } from './number.tsx';

/** The worst elements, worst first. */
export function WorstTable(props: {
  readonly worst: readonly WorstElement[];
  readonly dtype: string | null;
}) {
  return (
    <section aria-labelledby="worst">
      <h2 id="worst">Worst elements</h2>
      <div class="table-frame" tabIndex={0} role="region" aria-label="Worst elements">
        <table class="worst">
          <thead>
            <tr>
              <th scope="col">Index</th>
              <th scope="col" class="num">
                Expected
              </th>
              <th scope="col" class="num">
                Actual
              </th>
              <th scope="col" class="num">
                Error
              </th>
            </tr>
          </thead>
          <tbody>
            {props.worst.map((worst, place) => (
              <tr key={place}>
                <th scope="row">
                  <code>{formatIndex(worst.index)}</code>
                </th>
                <td class="num" title={String(worst.expected)}>
                  {formatElement(worst.expected, props.dtype)}
                </td>
                <td class="num" title={String(worst.actual)}>
                  {formatElement(worst.actual, props.dtype)}
                </td>
                <td class="num">{worst.error !== undefined && <Num value={worst.error} />}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
