import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { useWidth } from '../parts/window.ts';

/** A titled chart that is drawn at the width at which it is seen; `says` is what it shows, in words. */
export function Figure(props: {
  readonly title: string;
  readonly says: string;
  readonly note?: ComponentChildren;
  readonly children: (width: number) => ComponentChildren;
}) {
  const frame = useRef<HTMLDivElement>(null);
  const width = useWidth(frame, 480);
  return (
    <figure class="card figure">
      <figcaption>
        <h2>{props.title}</h2>
        <p class="quiet">{props.says}</p>
      </figcaption>
      <div ref={frame}>{props.children(width)}</div>
      {props.note !== undefined && <div class="quiet figure-note">{props.note}</div>}
    </figure>
  );
}

/** `10⁻⁴` for the ticks of a log axis. */
export function powerOfTen(exponent: number): string {
  const digits = '⁰¹²³⁴⁵⁶⁷⁸⁹';
  const raised = String(Math.abs(exponent)).replace(/\d/g, (digit) => digits[Number(digit)] ?? '');
  return `10${exponent < 0 ? '⁻' : ''}${raised}`;
}

/** Exponents for about `most` ticks between two exponents, both ends where they fit. */
export function exponentTicks(from: number, to: number, most: number): readonly number[] {
  const step = Math.max(1, Math.ceil((to - from) / Math.max(1, most)));
  const ticks: number[] = [];
  for (let tick = Math.ceil(from / step) * step; tick <= to; tick += step) ticks.push(tick);
  return ticks;
}
