import type { Check } from '../../result/document.ts';
import { fromWire } from '../../result/wire.ts';

/** A limit that holds for every single element, drawn into the charts of errors. */
export interface ElementLimit {
  readonly value: number;
  readonly name: string;
  /** Whether an error above it breaks a bound; not so for atol, to which rtol·|expected| is added. */
  readonly strict: boolean;
}

/** The bound on L∞, else the absolute part of the mismatch bound. */
export function elementLimit(check: Check): ElementLimit | null {
  const linf = check.bounds.find(({ metric, expression }) => metric === 'linf' && expression === undefined);
  if (linf !== undefined) return usable(fromWire(linf.limit), 'linf', true);
  const pair = check.bounds.find(({ atol }) => atol !== undefined);
  if (pair?.atol === undefined) return null;
  return usable(fromWire(pair.atol), 'atol', fromWire(pair.rtol ?? 0) === 0);
}

function usable(value: number, name: string, strict: boolean): ElementLimit | null {
  return Number.isFinite(value) && value > 0 ? { value, name, strict } : null;
}

/** What the mismatch bound allows at a magnitude of the expected value: atol + rtol·|expected|. */
export function allowedAt(check: Check): ((magnitude: number) => number) | null {
  const bound = check.bounds.find(({ atol, rtol }) => atol !== undefined || rtol !== undefined);
  if (bound === undefined) return null;
  const [atol, rtol] = [fromWire(bound.atol ?? 0), fromWire(bound.rtol ?? 0)];
  return (magnitude) => atol + rtol * magnitude;
}
