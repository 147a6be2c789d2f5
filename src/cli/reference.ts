import { cliError } from '../errors/catalogue/cli.ts';
import type { CaseSpec, ReferenceSpec, Suite } from '../suite/types.ts';

/** The suite with another reference for every case that a source of it can serve; others keep theirs. */
export function withReference(suite: Suite, given: string): Suite {
  const [kind = '', named] = given.split(':');
  if (kind !== 'golden' && kind !== 'live' && kind !== 'both') {
    throw cliError('OPTION_VALUE', { flag: '--reference', wanted: 'golden, live or both', given });
  }
  const reference: ReferenceSpec =
    kind === 'golden' ? { kind } : { kind, source: sourceOf(suite, given, named) };
  const refer = (item: CaseSpec): CaseSpec => (isServed(item.reference) ? { ...item, reference } : item);
  return { ...suite, cases: suite.cases.map(refer) };
}

function isServed({ kind }: ReferenceSpec): boolean {
  return kind === 'golden' || kind === 'live' || kind === 'both';
}

function sourceOf(suite: Suite, given: string, named: string | undefined): string {
  const names = suite.sources.map(({ name }) => name);
  const source = named ?? names[0];
  if (source === undefined || !names.includes(source)) {
    throw cliError('REFERENCE_UNKNOWN', { given, suite: suite.name, sources: names.join(', ') });
  }
  return source;
}
