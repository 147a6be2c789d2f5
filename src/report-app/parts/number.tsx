import { formatNumber } from '../../result/wording.ts';
import { toWire } from '../../result/wire.ts';
import type { WireNumber } from '../../result/wire.ts';

/** Three significant digits; every digit on hover. */
export function Num({ value }: { readonly value: WireNumber }) {
  return (
    <span class="num" title={String(value)}>
      {formatNumber(value)}
    </span>
  );
}

/** The same for a number that was worked out from the document. */
export function Computed({ value }: { readonly value: number }) {
  return <Num value={toWire(value)} />;
}
