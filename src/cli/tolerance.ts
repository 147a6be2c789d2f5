import type { Tolerance } from '../compare/types.ts';
import { listOption, numberOption, textOption, type OptionValues } from './command.ts';
import type { OptionName } from './options.ts';

/** Options that set a bound; every command that judges takes them. */
export const TOLERANCE_OPTIONS = [
  'atol',
  'rtol',
  'linf',
  'mse',
  'rmse',
  'meanAbs',
  'maxRel',
  'maxUlp',
  'cosine',
  'snrDb',
  'mismatchShare',
  'topK',
  'expect',
  'profile',
  'defaults',
  'metrics',
] as const satisfies readonly OptionName[];

const NUMBERS = [
  'atol',
  'rtol',
  'linf',
  'mse',
  'rmse',
  'meanAbs',
  'maxRel',
  'maxUlp',
  'cosine',
  'snrDb',
  'mismatchShare',
] as const;

/** The bounds given on the command line; `null` where there are none. */
export function toleranceFrom(options: OptionValues): Tolerance | null {
  const numbers = NUMBERS.flatMap((name) => {
    const value = numberOption(options, name);
    return value === undefined ? [] : [[name, value] as const];
  });
  const k = numberOption(options, 'topK');
  const expressions = listOption(options, 'expect');
  const profile = textOption(options, 'profile');
  const tolerance: Tolerance = {
    ...Object.fromEntries(numbers),
    ...(k === undefined ? {} : { topK: { k } }),
    ...(expressions.length === 0 ? {} : { expressions }),
    ...(profile === undefined ? {} : { profile }),
  };
  return Object.keys(tolerance).length === 0 ? null : tolerance;
}

/** True where `--no-defaults` was given: commander stores the negated flag as `defaults: false`. */
export function withoutDefaults(options: OptionValues): boolean {
  return options['defaults'] === false;
}

export function metricSet(options: OptionValues): 'core' | 'full' | 'all' {
  const set = textOption(options, 'metrics');
  return set === 'core' || set === 'all' ? set : 'full';
}
