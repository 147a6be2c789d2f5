import type { Check, Placement } from '../../result/document.ts';
import { cleanLine, counted, formatDuration } from '../../result/wording.ts';
import { Name } from './name.tsx';

/** Under which circumstances the numbers came about: placement, reference, model, time. */
export function Circumstances({ check }: { readonly check: Check }) {
  const { golden, placement, timing, modelSha256 } = check;
  return (
    <section aria-labelledby="circumstances">
      <h2 id="circumstances">Circumstances</h2>
      <dl class="facts">
        <dt>Reference</dt>
        <dd>
          {GOLDEN_WORDS[golden.state]}
          {golden.origin !== undefined && (
            <>
              {': '}
              <Name text={golden.origin} />
            </>
          )}
          {golden.sampled !== undefined && (
            <span class="quiet block">
              a sample of {golden.sampled.elements} of {golden.sampled.of} elements
            </span>
          )}
          {golden.provenance !== undefined && <code class="block">{cleanLine(golden.provenance)}</code>}
        </dd>
        {placement !== null && (
          <>
            <dt>Placement</dt>
            <dd>
              <PlacementText placement={placement} />
            </dd>
          </>
        )}
        {timing !== null && (
          <>
            <dt>Time</dt>
            <dd>
              loaded in {formatDuration(timing.loadMs)}
              {timing.runMs.length > 0 && `, ran in ${timing.runMs.map(formatDuration).join(', ')}`}
            </dd>
          </>
        )}
        {modelSha256 !== null && (
          <>
            <dt>Model SHA-256</dt>
            <dd>
              <code class="hash">{modelSha256}</code>
            </dd>
          </>
        )}
      </dl>
    </section>
  );
}

const GOLDEN_WORDS: Readonly<Record<Check['golden']['state'], string>> = {
  fresh: 'Approved golden',
  stale: 'Stale golden',
  tampered: 'Golden whose bytes were changed',
  missing: 'No approved golden',
  unreadable: 'Golden that cannot be read',
  live: 'Live source framework',
  file: 'File given by the user',
  runtime: 'Another runtime, not the source framework',
  relation: 'Other runs of the same model',
};

export const PROOF_WORDS: Readonly<Record<Placement['proof'], string>> = {
  profile: 'shown by the runtime’s profile',
  log: 'shown by the runtime’s log',
  'only-provider': 'nothing else could have run',
  none: 'without proof',
};

/** Fallbacks listed before the rest is only counted. */
const MAX_FALLBACKS = 50;

function PlacementText({ placement }: { readonly placement: Placement }) {
  const nodes = Object.entries(placement.nodes).map(
    ([provider, count]) => `${counted(count, 'node')} on ${cleanLine(provider)}`,
  );
  const { fallbacks } = placement;
  return (
    <>
      asked for <Name text={placement.requested} />
      {nodes.length > 0 && `; ${nodes.join(', ')}`} ({PROOF_WORDS[placement.proof]})
      {fallbacks.length > 0 && (
        <details>
          <summary>{counted(fallbacks.length, 'node')} elsewhere</summary>
          <ul>
            {fallbacks.slice(0, MAX_FALLBACKS).map((fallback, index) => (
              <li key={index}>
                <Name text={fallback.op} /> <code>{cleanLine(fallback.node)}</code> on{' '}
                <Name text={fallback.provider} />
                {fallback.why !== undefined && <span class="quiet"> {cleanLine(fallback.why)}</span>}
              </li>
            ))}
            {fallbacks.length > MAX_FALLBACKS && <li>and {fallbacks.length - MAX_FALLBACKS} more</li>}
          </ul>
        </details>
      )}
    </>
  );
}
