/** Which indices a folded cell stands for; the comparison puts position p of an axis into cell ⌊p · cells ÷ length⌋. */
export function indicesOf(
  cell: number,
  cells: number,
  length: number,
): readonly [first: number, last: number] {
  const first = Math.ceil((cell * length) / cells);
  return [first, Math.max(first, Math.ceil(((cell + 1) * length) / cells) - 1)];
}
