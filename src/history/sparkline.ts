/**
 * A series as one line of text, on a log scale: `▁▁▂▁╎█`. A dot is a run without a number, `×` one that is not finite;
 * a bar stands before each marked run.
 */
export function sparkline(
  values: readonly (number | null)[],
  width: number,
  marks: readonly number[] = [],
): string {
  const shown = values.length <= width ? values : fold(values, width);
  const logs = shown.flatMap((value) =>
    value !== null && Number.isFinite(value) && value > 0 ? [Math.log10(value)] : [],
  );
  const [low, high] = [Math.min(...logs), Math.max(...logs)];
  // A tenth of a decade is the least that a step of the line stands for: jitter must not look like mountains.
  const step = Math.max((high - low) / (BLOCKS.length - 1), 0.1);
  const marked = new Set(marks.map((at) => Math.floor((at * shown.length) / Math.max(1, values.length))));
  return shown.map((value, at) => `${marked.has(at) ? '╎' : ''}${block(value, low, step)}`).join('');
}

function block(value: number | null, low: number, step: number): string {
  if (value === null) return '·';
  if (!Number.isFinite(value)) return '×';
  if (value <= 0) return BLOCKS[0];
  return BLOCKS[Math.min(BLOCKS.length - 1, Math.round((Math.log10(value) - low) / step))] ?? BLOCKS[0];
}

const BLOCKS = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'] as const;

/** The worst of each group: a spike stays to be seen. */
function fold(values: readonly (number | null)[], width: number): readonly (number | null)[] {
  return Array.from({ length: width }, (_, at) => {
    const group = values.slice(
      Math.floor((at * values.length) / width),
      Math.floor(((at + 1) * values.length) / width),
    );
    return group.reduce(
      (worst, value) => (worst === null || (value !== null && !(value <= worst)) ? value : worst),
      null,
    );
  });
}
