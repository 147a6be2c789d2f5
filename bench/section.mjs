import { readFileSync, writeFileSync } from 'node:fs';

/** Replaces what stands between `<!-- measured: name -->` and `<!-- end -->` in a page. */
export function writeSection(path, name, text) {
  const page = readFileSync(path, 'utf8');
  const [opening, closing] = [`<!-- measured: ${name} -->`, '<!-- end -->'];
  const from = page.indexOf(opening);
  const to = page.indexOf(closing, from);
  if (from < 0 || to < 0) throw new Error(`${path} has no section ${opening}`);
  writeFileSync(path, `${page.slice(0, from + opening.length)}\n\n${text}\n\n${page.slice(to)}`);
}
