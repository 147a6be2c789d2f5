/** The log scale on which an error stands against its bound. */
/** Decades shown: from a millionth of the bound to a hundred times it. */
const FROM = -6;
const TO = 2;

/** Place of an error ÷ allowed on the log axis, 0…1. */
export function placeOnAxis(utilisation: number): number {
  if (Number.isNaN(utilisation)) return 1;
  if (utilisation <= 0) return 0;
  return Math.min(1, Math.max(0, (Math.log10(utilisation) - FROM) / (TO - FROM)));
}

/** How far an error has used its bound, in seven steps, each with a colour of its own. */
export function stepOf(utilisation: number | null): number | null {
  if (utilisation === null) return null;
  if (Number.isNaN(utilisation) || utilisation > 10) return 6;
  if (utilisation > 1) return 5;
  if (utilisation > 0.3) return 4;
  if (utilisation > 0.03) return 3;
  if (utilisation > 1e-3) return 2;
  return utilisation > 0 ? 1 : 0;
}
