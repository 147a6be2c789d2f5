import type { Standing } from '../../result/reading.ts';

/** A shape for every standing, so that colour is never the only sign. */
const MARKS: Readonly<Record<Standing, string>> = {
  passed: '✓',
  failed: '✕',
  void: '∅',
  unverified: '?',
  'not run': '–',
  skipped: '–',
};

export function standingClass(standing: Standing): string {
  return `is-${standing.replace(' ', '-')}`;
}

/** The mark alone; the word beside it must be readable elsewhere. */
export function Mark({ standing }: { readonly standing: Standing }) {
  return (
    <span class={`mark ${standingClass(standing)}`} aria-hidden="true">
      {MARKS[standing]}
    </span>
  );
}

/** Mark and word. `detail` replaces the word where more is known, such as `crashed`. */
export function StandingLabel({
  standing,
  detail,
}: {
  readonly standing: Standing;
  readonly detail?: string;
}) {
  return (
    <span class={`standing ${standingClass(standing)}`}>
      <Mark standing={standing} />
      {detail ?? standing}
    </span>
  );
}
