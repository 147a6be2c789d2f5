/** Names asked for by a pattern: `*` stands for any characters, slashes too, `?` for one; as on the command line. */
export function matcherOf(pattern: string): (name: string) => boolean {
  if (!isPattern(pattern)) return (name) => name === pattern;
  return (name) => name === pattern || matches(pattern, name);
}

export function isPattern(text: string): boolean {
  return /[*?]/.test(text);
}

// Only the last star is ever tried again: never worse than pattern × name.
function matches(pattern: string, name: string): boolean {
  let [p, n, star, retry] = [0, 0, -1, 0];
  while (n < name.length) {
    if (pattern[p] === '*') {
      star = p++;
      retry = n;
    } else if (p < pattern.length && (pattern[p] === '?' || pattern[p] === name[n])) {
      p++;
      n++;
    } else if (star >= 0) {
      p = star + 1;
      n = ++retry;
    } else return false;
  }
  return /^\**$/.test(pattern.slice(p));
}
