import type { Metrics } from '../../result/document.ts';
import { cleanLine } from '../../result/wording.ts';
import { Num } from './number.tsx';

/** All metrics of the check. */
export function MetricsList({ metrics }: { readonly metrics: Metrics }) {
  const entries = Object.entries(metrics);
  if (entries.length === 0) return null;
  return (
    <section aria-labelledby="metrics">
      <h2 id="metrics">Metrics</h2>
      <dl class="metrics">
        {entries.map(([name, value]) => (
          <div key={name}>
            <dt>{cleanLine(name)}</dt>
            <dd>
              <Num value={value} />
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}
