import { metricOf } from '../../result/reading.ts';
import { addressOf, checkAddress, type OutputKey } from '../address.ts';
import { useRun } from '../view/context.ts';
import type { Row } from '../view/rows.ts';
import { Name } from './name.tsx';
import { Computed, Num } from './number.tsx';
import { StandingLabel } from './standing.tsx';
import { UtilisationBar } from './utilisation.tsx';

/** The same output of the same case wherever else it ran. */
export function OtherTargets({ row }: { readonly row: Row }) {
  const { rows } = useRun();
  const { check } = row;
  const same = rows.filter(
    (other) =>
      other.check.case === check.case &&
      other.check.output === check.output &&
      other.check.suite === check.suite &&
      other.check.model === check.model,
  );
  if (same.length < 2) return null;
  return (
    <section aria-labelledby="other-targets">
      <div class="section-head">
        <h2 id="other-targets">The same output on every target</h2>
        <a href={addressOf({ screen: 'targets', of: outputKey(check) })}>Side by side</a>
      </div>
      <div class="table-frame" tabIndex={0} role="region" aria-label="The same output on every target">
        <table>
          <thead>
            <tr>
              <th scope="col">Target</th>
              <th scope="col">Verdict</th>
              <th scope="col" class="num">
                L∞
              </th>
              <th scope="col" class="num">
                MSE
              </th>
              <th scope="col">Used</th>
            </tr>
          </thead>
          <tbody>
            {same.map((other) => (
              <tr key={other.position} class={other === row ? 'row-here' : ''}>
                <th scope="row">
                  {other === row ? (
                    <>
                      <Name text={other.check.target} /> <span class="quiet">this one</span>
                    </>
                  ) : (
                    <a href={checkAddress(other.check)}>
                      <Name text={other.check.target} />
                    </a>
                  )}
                </th>
                <td>
                  <StandingLabel
                    standing={other.standing}
                    {...(other.check.verdict === null ? { detail: other.check.status } : {})}
                  />
                </td>
                <MetricCell row={other} name="linf" />
                <MetricCell row={other} name="mse" />
                <td class="used">
                  {other.utilisation !== null && (
                    <>
                      <UtilisationBar value={other.utilisation} />
                      <Computed value={other.utilisation} />
                    </>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function outputKey({ suite, model, case: name, output }: OutputKey): OutputKey {
  return { suite, model, case: name, output };
}

function MetricCell({ row, name }: { readonly row: Row; readonly name: string }) {
  const value = metricOf(row.check, name);
  return <td class="num">{value !== undefined && <Num value={value} />}</td>;
}
