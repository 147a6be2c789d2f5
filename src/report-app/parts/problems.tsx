import { cleanLine } from '../../result/wording.ts';
import { Prose } from './prose.tsx';
import { useRun } from '../view/context.ts';

/** What kept the run from being whole: it stands above everything that was judged. */
export function Problems() {
  const { document } = useRun();
  if (document.problems.length === 0 && document.complete) return null;
  return (
    <section class="problems" aria-label="Problems of the run">
      {!document.complete && (
        <p>
          <strong>This run did not finish.</strong> What is missing here was not judged. Run it again:{' '}
          <code>{cleanLine(document.command)}</code>
        </p>
      )}
      {document.problems.map((problem, index) => (
        <div key={index}>
          <p>
            <strong class="code">{cleanLine(problem.code)}</strong> <Prose text={problem.message} />
          </p>
          {problem.hint !== '' && (
            <p class="next-step">
              <Prose text={problem.hint} />
            </p>
          )}
        </div>
      ))}
    </section>
  );
}
