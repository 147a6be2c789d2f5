/** A model of one node, `y = x + x` over float32 [2] (opset 13): shows that a provider works, and keeps a device alive. */
export const PROBE_MODEL: Uint8Array = Buffer.from(
  'CAgSADo1Cg4KAXgKAXgSAXkiA0FkZBIBcFoPCgF4EgoKCAgBEgQKAggCYg8KAXkSCgoICAESBAoCCAJCBAoAEA0=',
  'base64',
);

export const PROBE_INPUT: readonly [string, Float32Array] = ['x', Float32Array.of(1, 2)];

export const PROBE_OUTPUT: readonly [string, readonly number[]] = ['y', [2, 4]];
