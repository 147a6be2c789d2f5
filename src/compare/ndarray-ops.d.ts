declare module 'ndarray-ops' {
  import type { NdArray } from 'ndarray';

  const ops: {
    /** Copies `from` into `into`, element by element; both have the same shape. */
    assign(into: NdArray<number[]>, from: NdArray<number[]>): void;
  };
  export default ops;
}
