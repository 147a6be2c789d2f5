import type { ComponentChildren } from 'preact';

/** A titled table in a frame that scrolls sideways where it is too wide. A head that starts with `#` is of numbers. */
export function SectionTable(props: {
  readonly title: string;
  readonly head: readonly string[];
  readonly note?: ComponentChildren;
  readonly kind?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <section aria-label={props.title}>
      <div class="section-head">
        <h2>{props.title}</h2>
        {props.note !== undefined && <p class="quiet">{props.note}</p>}
      </div>
      <Frame {...props} />
    </section>
  );
}

/** The same without a title of its own. */
export function Frame(props: {
  readonly title: string;
  readonly head: readonly string[];
  readonly kind?: string;
  readonly children: ComponentChildren;
}) {
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={props.title}>
      <table class={props.kind ?? ''}>
        <thead>
          <tr>
            {props.head.map((text) => (
              <th scope="col" key={text} class={text.startsWith('#') ? 'num' : ''}>
                {text.replace(/^#/, '')}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
