const LONGEST = 600;

/** The runtime's message without colours, build paths, C++ signatures and prefixes that say nothing to a user. */
export function plainMessage(thrown: unknown): string {
  const raw = thrown instanceof Error ? thrown.message : String(thrown);
  const plain = raw
    // oxlint-disable-next-line no-control-regex -- ANSI colours begin with ESC
    .replaceAll(/\u001B\[[\d;]*m/g, '')
    .replace(
      /^(?:Can't create a session|failed to call OrtRun\(\))\.\s*ERROR_CODE: \d+, ERROR_MESSAGE:\s*/,
      '',
    )
    .replace(/^Load model from .*? failed:\s*/s, '')
    .replaceAll(
      /\/\S*?\/onnxruntime\/\S+\.(?:cc|h):\d+\s+(?:[^\n]*?\)(?: const)?(?:::<lambda\(\)>)?\s(?:\[with [^\]\n]*\]\s)?)?/g,
      '',
    )
    .replaceAll(/\s+/g, ' ')
    .trim();
  return plain.length > LONGEST ? `${plain.slice(0, LONGEST)}…` : plain || 'no message';
}
