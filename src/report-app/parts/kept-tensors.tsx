import type { KeptTensors } from '../../result/document.ts';
import { formatBytes } from '../../result/wording.ts';
import { useRun } from '../view/context.ts';
import { Command } from './copy.tsx';

/** Where both sides of a failed comparison lie, to be looked at with other tools. */
export function KeptTensorsSection({ tensors }: { readonly tensors: KeptTensors }) {
  const { runId } = useRun().document;
  return (
    <section aria-labelledby="tensors">
      <h2 id="tensors">Expected and actual</h2>
      {'omitted' in tensors ? (
        <p>{WHY[tensors.omitted](formatBytes(tensors.bytes))}</p>
      ) : (
        <>
          <p>
            {formatBytes(tensors.bytes)} in the folder of the run, <code>{`reports/${runId}`}</code>:{' '}
            <a href={tensors.expected}>{tensors.expected}</a> and{' '}
            <a href={tensors.actual}>{tensors.actual}</a>
          </p>
          <Command
            text={`onnx-parity compare reports/${runId}/${tensors.expected} reports/${runId}/${tensors.actual}`}
            label="Copy the command that compares them"
          />
        </>
      )}
    </section>
  );
}

const WHY = {
  budget: (size: string) =>
    `Evidence omitted: budget. Both together take ${size}, and smaller ones came first; a run with a larger --evidence keeps them.`,
  unwritten: (size: string) => `Evidence omitted: its ${size} could not be written or came without the run.`,
} as const;
