/** The k-th smallest value (0-based) of an array without NaN, by Hoare's quickselect with three parts, so that ties cost nothing. Reorders `values`: smaller ones end up before k. */
export function nth(values: Float64Array | Float32Array, k: number): number {
  let low = 0;
  let high = values.length - 1;
  while (low < high) {
    const pivot = medianOfThree(values[low]!, values[(low + high) >> 1]!, values[high]!);
    let less = low;
    let i = low;
    let greater = high;
    while (i <= greater) {
      const value = values[i]!;
      if (value < pivot) {
        values[i++] = values[less]!;
        values[less++] = value;
      } else if (value > pivot) {
        values[i] = values[greater]!;
        values[greater--] = value;
      } else i++;
    }
    if (k < less) high = less - 1;
    else if (k > greater) low = greater + 1;
    else return pivot;
  }
  return values[k]!;
}

function medianOfThree(a: number, b: number, c: number): number {
  return Math.max(Math.min(a, b), Math.min(Math.max(a, b), c));
}
