/** Lines with their first column padded to one width; rows of one cell stand alone. */
export function columns(rows: readonly (readonly [string, string])[], gap = 2): string {
  const width = Math.max(0, ...rows.map(([label]) => label.length));
  return rows.map(([label, text]) => `${label.padEnd(width + gap)}${text}`.trimEnd()).join('\n');
}
