import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';

/** Lines drawn before a person asks for more: a table of thousands helps nobody. */
const STEP = 60;

/** Hands on the first lines, and a button for the next ones. Paper gets what the screen has. */
export function Some<T>(props: {
  readonly of: readonly T[];
  readonly first?: number;
  readonly children: (some: readonly T[]) => ComponentChildren;
}) {
  const { of, first = STEP } = props;
  const [most, setMost] = useState(first);
  const left = of.length - most;
  const next = Math.min(left, most * 3);
  return (
    <div>
      {props.children(of.slice(0, most))}
      {left > 0 && (
        <p class="more">
          <button type="button" class="chip" onClick={() => setMost(most + next)}>
            Show {next} more of {left}
          </button>
        </p>
      )}
    </div>
  );
}
