import { checkAddress } from '../address.ts';
import { useRun } from '../view/context.ts';
import type { CheckKey } from '../view/rows.ts';
import { Name } from './name.tsx';

/** A check as a link where this run has it; the model left out where it is named like its suite. `apart` names suite and target too. */
export function CheckName({ of, apart = true }: { readonly of: CheckKey; readonly apart?: boolean }) {
  const run = useRun();
  const { suite, model, case: name, target, output } = of;
  const names = [...(apart ? [suite] : []), ...(model === suite ? [] : [model]), name, output ?? ''];
  const text = names
    .filter((part) => part !== '')
    .map((part, at) => (
      <>
        {at > 0 && ' / '}
        <Name text={part} />
      </>
    ));
  return (
    <>
      {run.find(of) === null ? text : <a href={checkAddress(of)}>{text}</a>}
      {apart && (
        <span class="quiet block">
          on <Name text={target} />
        </span>
      )}
    </>
  );
}
