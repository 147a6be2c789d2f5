import { addressOf } from '../address.ts';
import { Name } from '../parts/name.tsx';

/** An address that names nothing in this run, for example a link from another run. */
export function NowhereScreen({ what }: { readonly what: string }) {
  return (
    <section class="screen">
      <h1>Nothing here</h1>
      <p>
        This run has nothing at <Name text={what} />. It may come from another run.
      </p>
      <p>
        <a href={addressOf({ screen: 'overview' })}>To the overview</a>
      </p>
    </section>
  );
}
