import { cleanLine } from '../../result/wording.ts';

/** Longer names are cut in the middle: their beginnings and ends tell them apart. */
const LONGEST = 160;

/** A name from the run: invisible and reordering characters written out, direction kept apart from its surroundings. */
export function Name({ text }: { readonly text: string }) {
  const clean = cleanLine(text);
  if (clean.length <= LONGEST) return <bdi class="name">{clean === '' ? '(no name)' : clean}</bdi>;
  return (
    <bdi class="name" title={clean}>
      {`${clean.slice(0, 100)}…${clean.slice(-50)}`}
    </bdi>
  );
}
