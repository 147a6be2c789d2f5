import { formatNumber } from '../../result/wording.ts';
import { toWire } from '../../result/wire.ts';
import { placeOnAxis, stepOf } from '../view/scale.ts';

/** A bar on a log axis with the bound as a line. */
export function UtilisationBar({ value }: { readonly value: number }) {
  const text = formatNumber(toWire(value));
  return (
    <span
      class="use-bar"
      role="img"
      aria-label={`${text} of the bound`}
      title={`${String(value)} of the bound`}
    >
      <span
        class={`use-fill use-${stepOf(value)}`}
        style={{ width: `${(placeOnAxis(value) * 100).toFixed(1)}%` }}
      />
      <span class="use-limit" />
    </span>
  );
}
