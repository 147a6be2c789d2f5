/** Every screen has an address after the `#`, so that it can be linked, kept and gone back to. */
import type { CheckKey } from './view/rows.ts';

export type Place =
  | { readonly screen: 'overview' }
  | { readonly screen: 'checks'; readonly filter: string; readonly sort: string }
  | { readonly screen: 'check'; readonly key: CheckKey }
  | { readonly screen: 'suite'; readonly suite: string }
  | { readonly screen: 'provenance' }
  | { readonly screen: 'nowhere'; readonly address: string };

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
    case 'provenance':
      return '#/provenance';
    default:
      return place.address;
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

export function placeOf(hash: string): Place {
  const [path, query] = split(hash.replace(/^#/, ''), '?');
  const [screen = '', ...names] = path.split('/').filter((_, index) => index > 0);
  const decoded = names.map(decode);
  if (screen === '' && names.length === 0) return { screen: 'overview' };
  if (screen === 'provenance') return { screen };
  if (screen === 'checks') {
    const parameters = new URLSearchParams(query);
    return { screen, filter: parameters.get('q') ?? '', sort: parameters.get('sort') ?? '' };
  }
  const [suite, model, caseName, target, output] = decoded;
  if (screen === 'suite' && suite !== undefined) return { screen, suite };
  if (screen === 'check' && suite !== undefined && model !== undefined && caseName !== undefined) {
    if (target !== undefined) {
      return { screen, key: { suite, model, case: caseName, target, output: output ?? null } };
    }
  }
  return { screen: 'nowhere', address: hash };
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
