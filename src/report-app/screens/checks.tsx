import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { checksAddress } from '../address.ts';
import { CheckGrid } from '../parts/check-grid.tsx';
import { useRun } from '../view/context.ts';
import { parseFilter } from '../view/filter.ts';
import { parseSort, sortRows, sortText, type Sort } from '../view/sort.ts';

/** Where is the one I am looking for? */
export function ChecksScreen(props: { readonly filter: string; readonly sort: string }) {
  const { rows } = useRun();
  const [text, setText] = useState(props.filter);
  const [sort, setSort] = useState(() => parseSort(props.sort));
  const field = useRef<HTMLInputElement>(null);
  const grid = useRef<HTMLDivElement>(null);

  useEffect(() => {
    setText(props.filter);
    setSort(parseSort(props.sort));
  }, [props.filter, props.sort]);
  useSlashKey(field);

  const filter = useMemo(() => parseFilter(text), [text]);
  const matching = useMemo(() => rows.filter(filter.matches), [rows, filter]);
  const shown = useMemo(() => sortRows(matching, sort), [matching, sort]);

  const search = (next: string) => {
    setText(next);
    keepInAddress(next, sort);
  };
  const sortBy = (column: string) => {
    const next = column === sort.column ? { column, descending: !sort.descending } : startOf(column);
    setSort(next);
    keepInAddress(text, next);
  };

  return (
    <div class="screen checks-screen">
      <div class="section-head">
        <h1>Checks</h1>
        <p class="quiet" role="status">
          {shown.length === rows.length
            ? `${rows.length} checks`
            : `${shown.length} of ${rows.length} checks`}
        </p>
      </div>
      <div class="filter">
        <label class="off-screen" for="filter">
          Filter checks
        </label>
        <input
          id="filter"
          ref={field}
          type="search"
          autocomplete="off"
          spellcheck={false}
          placeholder="target:webgpu verdict:fail linf>1e-3"
          value={text}
          aria-describedby="filter-help"
          onInput={(event) => search(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key !== 'ArrowDown') return;
            event.preventDefault();
            grid.current?.focus();
          }}
        />
        <div class="chips" aria-label="Ready filters" role="group">
          {READY.map(([label, value]) => (
            <button
              key={label}
              type="button"
              class="chip"
              aria-pressed={text.trim() === value}
              onClick={() => search(text.trim() === value ? '' : value)}
            >
              {label}
            </button>
          ))}
        </div>
      </div>
      <p id="filter-help" class={filter.problems.length > 0 ? 'filter-problem' : 'quiet filter-help'}>
        {filter.problems.length > 0 ? filter.problems.join(' ') : HELP}
      </p>
      <CheckGrid
        rows={shown}
        sort={sort}
        onSort={sortBy}
        address={checksAddress(text, sortText(sort))}
        frame={grid}
      />
    </div>
  );
}

const HELP =
  'Words match names; field:value narrows (a minus before it excludes); metrics compare, as in utilisation>0.5. Press / to type, ↓ to go into the list.';

const READY: readonly (readonly [string, string])[] = [
  ['All', ''],
  ['Did not pass', 'is:failing'],
  ['Little room left', 'verdict:pass utilisation>0.3'],
  ['Not run', 'verdict:not-run'],
];

/** Numbers start with the largest, names with the first. */
function startOf(column: string): Sort {
  return { column, descending: !['verdict', 'suite', 'case', 'output', 'target'].includes(column) };
}

/** Typing must not fill the history, so the address is replaced. */
function keepInAddress(text: string, sort: Sort): void {
  const key = sortText(sort);
  history.replaceState(null, '', checksAddress(text, key === 'verdict' ? '' : key));
}

function useSlashKey(field: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    const focus = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLInputElement;
      if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      field.current?.focus();
    };
    addEventListener('keydown', focus);
    return () => removeEventListener('keydown', focus);
  }, []);
}
