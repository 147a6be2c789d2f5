/** So many at once, in the order in which they ask. */
export interface Slots {
  /** Resolves with what gives the slot back; with `null` once the signal is aborted. */
  take(signal: AbortSignal): Promise<(() => void) | null>;
}

export function createSlots(count: number): Slots {
  let free = count;
  const waiting: (() => void)[] = [];
  const release = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return {
    async take(signal) {
      if (signal.aborted) return null;
      if (free > 0) free -= 1;
      else await new Promise<void>((resolve) => waiting.push(resolve));
      if (!signal.aborted) return release;
      release();
      return null;
    },
  };
}
