import { failing } from '../../result/reading.ts';
import { formatNumber } from '../../result/wording.ts';
import { toWire } from '../../result/wire.ts';
import { groupOf, type Group, type Row } from '../view/rows.ts';
import { Mark, standingClass } from './standing.tsx';
import { stepOf } from '../view/scale.ts';
import { Name } from './name.tsx';

export interface MatrixLine {
  readonly name: string;
  /** A second, quieter name, such as the model of an output. */
  readonly detail?: string;
  readonly href?: string;
  /** Rows of the run by column. */
  readonly cells: ReadonlyMap<string, readonly Row[]>;
}

/** A table of groups of checks: colour is how far the bound was used, on a log scale; every cell is a link. */
export function Matrix(props: {
  readonly caption: string;
  readonly corner: string;
  readonly columns: readonly string[];
  readonly lines: readonly MatrixLine[];
  readonly hrefOf: (line: MatrixLine, column: string, rows: readonly Row[]) => string;
}) {
  return (
    <div class="matrix-frame" tabIndex={0} role="region" aria-label={props.caption}>
      <table class="matrix">
        <caption class="off-screen">{props.caption}</caption>
        <thead>
          <tr>
            <th scope="col">{props.corner}</th>
            {props.columns.map((column) => (
              <th scope="col" key={column}>
                <Name text={column} />
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {props.lines.map((line) => (
            <tr key={`${line.name}\n${line.detail ?? ''}`}>
              <th scope="row">
                {line.href === undefined ? (
                  <Name text={line.name} />
                ) : (
                  <a href={line.href}>
                    <Name text={line.name} />
                  </a>
                )}
                {line.detail !== undefined && (
                  <span class="quiet">
                    <Name text={line.detail} />
                  </span>
                )}
              </th>
              {props.columns.map((column) => {
                const rows = line.cells.get(column) ?? [];
                return <Cell key={column} rows={rows} href={props.hrefOf(line, column, rows)} />;
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Cell({ rows, href }: { readonly rows: readonly Row[]; readonly href: string }) {
  if (rows.length === 0) {
    return (
      <td>
        <span class="cell cell-none">not planned</span>
      </td>
    );
  }
  const group = groupOf(rows);
  return (
    <td>
      <a class={`cell ${cellClass(group)}`} href={href}>
        <span class="cell-count">
          <Mark standing={group.standing} />
          {group.standing === 'skipped' ? 'not run' : `${group.passed} of ${rows.length}`}
        </span>
        <span class="cell-use">{useText(group)}</span>
      </a>
    </td>
  );
}

/** The number where it speaks, else the word that explains the colour. */
function useText({ rows, standing, utilisation }: Group): string {
  const used = utilisation === null ? null : `${formatNumber(toWire(utilisation))} × bound`;
  if (standing === 'passed' || (utilisation !== null && !(utilisation <= 1))) return used ?? 'passed';
  const first = rows.find((row) => row.standing === standing)?.check;
  if (standing === 'skipped' || standing === 'not run') return first?.status ?? standing;
  const code = first === undefined ? undefined : failing(first)[0]?.code;
  return code?.toLowerCase().replaceAll('_', ' ') ?? used ?? standing;
}

/** Red belongs to what fails; void and unverified are hatched whatever their numbers say. */
function cellClass(group: Group): string {
  if (group.standing !== 'passed' && group.standing !== 'failed') return standingClass(group.standing);
  const step = stepOf(group.utilisation) ?? (group.standing === 'failed' ? 6 : 0);
  return `use-${group.standing === 'failed' ? Math.max(5, step) : Math.min(4, step)}`;
}

/** What the colours mean. */
export function MatrixLegend() {
  return (
    <ul class="legend" aria-label="Colours of the matrix">
      {LEGEND.map(([style, text]) => (
        <li key={text}>
          <span class={`swatch ${style}`} aria-hidden="true" />
          {text}
        </li>
      ))}
    </ul>
  );
}

const LEGEND: readonly (readonly [string, string])[] = [
  ['use-0', 'no error'],
  ['use-1', 'under 0.001 of the bound'],
  ['use-2', 'to 0.03'],
  ['use-3', 'to 0.3'],
  ['use-4', 'to 1'],
  ['use-5', 'beyond'],
  ['use-6', 'over ten times'],
  ['is-void', 'void'],
  ['is-unverified', 'unverified'],
  ['is-not-run', 'not run'],
];
