import { DEFAULT_FACTORS, PROFILES } from '../../dist/compare/index.js';
import { code, table } from './table.mjs';

export function tolerancesPage() {
  const factors = Object.entries(DEFAULT_FACTORS).map(([dtype, factor]) => [code(dtype), factor]);
  const profiles = PROFILES.filter(({ limits }) => limits !== undefined);
  return `# Tolerances

An element matches when \`|actual − expected| ≤ atol + rtol·|expected|\`. NaN matches NaN and an infinity the same
infinity; any other non-finite pair is a mismatch and makes L∞ and MSE infinite. Integers, booleans and strings must be equal.

## Default

\`|d| ≤ f·(s + |expected|)\` for every element, with \`s\` the median of the finite non-zero \`|expected|\`, and
\`mse ≤ f²·mean(expected²)\`. So outputs near 7,000, a softmax over 50,000 classes and a mask of −1e9 in one tensor are all judged sensibly.

${table(['dtype', 'f'], factors)}

## Which limit holds

Each metric takes its limit from the strongest scope that sets it:
default < suite < target < dtype < case < output < command line. All that remain must hold; \`--no-defaults\` drops the default.
Giving only one of \`atol\` and \`rtol\` means 0 for the other, unless a weaker scope other than the default gave it.

\`utilisation\` is the largest error ÷ allowed over all bounds: up to 1 passes. Every failure also prints the smallest tolerance that would pass.

## Profiles

\`profile: NAME\` in a suite or \`--profile NAME\` stands in for the default.

${profiles.map(profileSection).join('\n\n')}
`;
}

function profileSection({ name, title, source, limits }) {
  const rows = Object.entries(limits).map(([dtype, tolerance]) => [
    dtype === 'other' ? 'every other floating dtype' : code(dtype),
    Object.entries(tolerance)
      .map(([metric, limit]) => `${metric} ${JSON.stringify(limit)}`)
      .join(', '),
  ]);
  return `### ${name}\n\n${title}. Source: ${source}.\n\n${table(['dtype', 'limits'], rows)}`;
}
