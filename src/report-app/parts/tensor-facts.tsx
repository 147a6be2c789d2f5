import type { TensorFacts } from '../../result/evidence.ts';
import { Num } from './number.tsx';

const FACTS: readonly (readonly [keyof TensorFacts, string])[] = [
  ['elements', 'Elements'],
  ['min', 'Smallest'],
  ['max', 'Largest'],
  ['mean', 'Mean'],
  ['maxAbs', 'Largest magnitude'],
  ['scale', 'Median magnitude'],
  ['zeros', 'Zeros'],
  ['nan', 'NaN'],
  ['posInf', '+Infinity'],
  ['negInf', '−Infinity'],
];

/** Facts about both tensors beside each other; differing counts of special values stand out. */
export function TensorFactsTable(props: { readonly expected: TensorFacts; readonly actual: TensorFacts }) {
  const { expected, actual } = props;
  const present = FACTS.filter(([key]) => expected[key] !== undefined || actual[key] !== undefined);
  return (
    <section aria-labelledby="tensors">
      <h2 id="tensors">Both tensors</h2>
      <div class="table-frame" tabIndex={0} role="region" aria-label="Both tensors">
        <table class="tensors">
          <thead>
            <tr>
              <td />
              {present.map(([key, label]) => (
                <th scope="col" key={key} class="num">
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            <FactsRow name="Expected" facts={expected} other={actual} keys={present} />
            <FactsRow name="Actual" facts={actual} other={expected} keys={present} />
          </tbody>
        </table>
      </div>
      {actual.constant && !expected.constant && (
        <p>The actual output is the same everywhere; the expected one is not.</p>
      )}
    </section>
  );
}

const COUNTS: ReadonlySet<keyof TensorFacts> = new Set(['elements', 'zeros', 'nan', 'posInf', 'negInf']);

function FactsRow(props: {
  readonly name: string;
  readonly facts: TensorFacts;
  readonly other: TensorFacts;
  readonly keys: typeof FACTS;
}) {
  return (
    <tr>
      <th scope="row">{props.name}</th>
      {props.keys.map(([key]) => {
        const value = props.facts[key];
        const differs = COUNTS.has(key) && value !== props.other[key];
        return (
          <td key={key} class={`num ${differs ? 'differs' : ''}`}>
            {value !== undefined && typeof value !== 'boolean' && <Num value={value} />}
            {differs && <span class="off-screen"> (differs)</span>}
          </td>
        );
      })}
    </tr>
  );
}
