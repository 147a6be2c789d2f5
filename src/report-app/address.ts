/** Every screen has an address after the `#`, so that it can be linked, kept and gone back to. */
import type { CheckKey } from './view/rows.ts';

export type Place =
  | { readonly screen: 'overview' }
  | { readonly screen: 'checks'; readonly filter: string; readonly sort: string }
  | { readonly screen: 'check'; readonly key: CheckKey }
  | { readonly screen: 'suite'; readonly suite: string }
  | { readonly screen: 'changes'; readonly with: string }
  | { readonly screen: 'group'; readonly suite: string; readonly target: string }
  | { readonly screen: 'targets'; readonly of: OutputKey }
  | { readonly screen: PlainScreen }
  | { readonly screen: 'nowhere'; readonly address: string };

/** Screens without anything more in their address. */
const PLAIN_SCREENS = [
  'trends',
  'flaky',
  'latency',
  'placement',
  'operators',
  'audit',
  'provenance',
] as const;

export type PlainScreen = (typeof PLAIN_SCREENS)[number];

/** One output of one case, wherever it ran. */
export type OutputKey = Omit<CheckKey, 'target'>;

export function addressOf(place: Place): string {
  switch (place.screen) {
    case 'overview':
      return '#/';
    case 'checks':
      return `#/checks${queryOf({ q: place.filter, sort: place.sort })}`;
    case 'check':
      return checkAddress(place.key);
    case 'suite':
      return `#/suite/${encode(place.suite)}`;
    case 'changes':
      return `#/changes${queryOf({ with: place.with })}`;
    case 'group':
      return `#/trends/${encode(place.suite)}/${encode(place.target)}`;
    case 'targets':
      return `#/targets/${namesOf(place.of).map(encode).join('/')}`;
    case 'nowhere':
      return place.address;
    default:
      return `#/${place.screen}`;
  }
}

export function checksAddress(filter: string, sort = ''): string {
  return addressOf({ screen: 'checks', filter, sort });
}

/** An output that is not known is left out. */
export function checkAddress(key: CheckKey): string {
  const names = [key.suite, key.model, key.case, key.target, ...(key.output === null ? [] : [key.output])];
  return `#/check/${names.map(encode).join('/')}`;
}

function namesOf({ suite, model, case: name, output }: OutputKey): readonly string[] {
  return [suite, model, name, ...(output === null ? [] : [output])];
}

export function placeOf(hash: string): Place {
  const [path, query] = split(hash.replace(/^#/, ''), '?');
  const [screen = '', ...names] = path.split('/').filter((_, index) => index > 0);
  if (screen === '' && names.length === 0) return { screen: 'overview' };
  const parameters = new URLSearchParams(query);
  if (screen === 'checks')
    return { screen, filter: parameters.get('q') ?? '', sort: parameters.get('sort') ?? '' };
  if (screen === 'changes') return { screen, with: parameters.get('with') ?? '' };
  const found = named(screen, names.map(decode));
  if (found !== null) return found;
  const plain = PLAIN_SCREENS.find((name) => name === screen);
  return plain === undefined ? { screen: 'nowhere', address: hash } : { screen: plain };
}

/** Screens of something that the address names. */
function named(screen: string, names: readonly string[]): Place | null {
  const [suite, second, third, fourth, fifth] = names;
  if (suite === undefined) return null;
  if (screen === 'suite') return { screen, suite };
  if (second === undefined) return null;
  if (screen === 'trends') return { screen: 'group', suite, target: second };
  if (third === undefined) return null;
  if (screen === 'targets')
    return { screen, of: { suite, model: second, case: third, output: fourth ?? null } };
  if (screen !== 'check' || fourth === undefined) return null;
  return { screen, key: { suite, model: second, case: third, target: fourth, output: fifth ?? null } };
}

function queryOf(values: Readonly<Record<string, string>>): string {
  const given = Object.entries(values).filter(([, value]) => value !== '');
  return given.length === 0 ? '' : `?${new URLSearchParams(given).toString()}`;
}

function split(text: string, mark: string): readonly [string, string] {
  const at = text.indexOf(mark);
  return at < 0 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)];
}

/** `encodeURIComponent` refuses halves of surrogate pairs; they are written as the replacement character. */
function encode(name: string): string {
  return encodeURIComponent(name.toWellFormed());
}

function decode(name: string): string {
  try {
    return decodeURIComponent(name);
  } catch {
    return name;
  }
}
