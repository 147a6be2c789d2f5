import type { Bound } from '../../result/document.ts';
import { isLowerLimit } from '../../result/reading.ts';
import { cleanLine, formatNumber } from '../../result/wording.ts';
import { fromWire } from '../../result/wire.ts';
import { Num } from './number.tsx';
import { UtilisationBar } from './utilisation.tsx';

/** Every bound in force: value, limit, how far it is used, and who set it. */
export function BoundsTable({ bounds }: { readonly bounds: readonly Bound[] }) {
  return (
    <section aria-labelledby="bounds">
      <h2 id="bounds">Bounds</h2>
      <div class="table-frame" tabIndex={0} role="region" aria-label="Bounds">
        <table class="bounds">
          <thead>
            <tr>
              <th scope="col">Metric</th>
              <th scope="col" class="num">
                Value
              </th>
              <th scope="col" class="num">
                Limit
              </th>
              <th scope="col">Used (log scale, line = the bound)</th>
              <th scope="col">Set by</th>
              <th scope="col">Holds</th>
            </tr>
          </thead>
          <tbody>
            {bounds.map((bound, index) => (
              <BoundRow key={index} bound={bound} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function BoundRow({ bound }: { readonly bound: Bound }) {
  return (
    <tr class={bound.holds === false ? 'row-failed' : ''}>
      <th scope="row">
        {cleanLine(bound.expression ?? bound.metric)}
        {bound.k !== undefined && <span class="quiet"> k = {bound.k}</span>}
        {bound.atol !== undefined || bound.rtol !== undefined ? (
          <span class="quiet block">{mismatchText(bound)}</span>
        ) : null}
      </th>
      <td class="num">{bound.value !== undefined && <Num value={bound.value} />}</td>
      <td class="num">
        {isLowerLimit(bound) ? '≥ ' : '≤ '}
        <Num value={bound.limit} />
      </td>
      <td class="used">
        {bound.utilisation !== undefined && (
          <>
            <UtilisationBar value={fromWire(bound.utilisation)} />
            <Num value={bound.utilisation} />
          </>
        )}
      </td>
      <td>
        {bound.from}
        {bound.profile !== undefined && <span class="quiet"> profile {cleanLine(bound.profile)}</span>}
      </td>
      <td>{bound.holds === undefined ? 'not judged' : bound.holds ? '✓ yes' : '✕ no'}</td>
    </tr>
  );
}

function mismatchText(bound: Bound): string {
  const parts = [
    bound.atol === undefined ? '' : formatNumber(bound.atol),
    bound.rtol === undefined ? '' : `${formatNumber(bound.rtol)}·|expected|`,
  ];
  return `error > ${parts.filter((text) => text !== '').join(' + ')}`;
}
