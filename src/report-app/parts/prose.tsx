import { cleanBlock } from '../../result/wording.ts';

/** A message or hint: its lines are kept, and what stands in backticks is shown as code. */
export function Prose({ text }: { readonly text: string }) {
  return (
    <span class="prose">
      {cleanBlock(text)
        .split('`')
        .map((part, place) => (place % 2 === 1 ? <code key={place}>{part}</code> : part))}
    </span>
  );
}
