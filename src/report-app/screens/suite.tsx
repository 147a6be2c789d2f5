import { formatBytes } from '../../result/wording.ts';
import { checkAddress, checksAddress } from '../address.ts';
import { Matrix, MatrixLegend, type MatrixLine } from '../parts/matrix.tsx';
import { Some } from '../parts/more.tsx';
import { Name } from '../parts/name.tsx';
import { useRun } from '../view/context.ts';
import { filterToken } from '../view/filter.ts';
import { groupBy, type Row } from '../view/rows.ts';
import { NowhereScreen } from './nowhere.tsx';

/** Is this model healthy everywhere? */
export function SuiteScreen({ suite }: { readonly suite: string }) {
  const run = useRun();
  const rows = run.rows.filter(({ check }) => check.suite === suite);
  const info = run.document.suites.find(({ name }) => name === suite);
  if (rows.length === 0 && info === undefined) return <NowhereScreen what={suite} />;
  return (
    <div class="screen">
      <section>
        <p class="crumbs">
          <a href="#/">Overview</a> / Suite
        </p>
        <h1>
          <Name text={suite} />
        </h1>
        {info !== undefined && info.description !== '' && (
          <p class="lead">
            <Name text={info.description} />
          </p>
        )}
        <p class="quiet">
          <a href={checksAddress(filterToken('suite', suite))}>{rows.length} checks</a>
          {info?.file != null && (
            <>
              {' · '}
              <code>
                <Name text={info.file} />
              </code>
            </>
          )}
        </p>
      </section>
      {rows.length > 0 && (
        <Lines title="Outputs × targets" rows={rows} by="output" columns={targetsOf(rows)} />
      )}
      {rows.length > 0 && <Lines title="Cases × targets" rows={rows} by="case" columns={targetsOf(rows)} />}
      {rows.length > 0 && <MatrixLegend />}
      {info !== undefined && <Models models={info.models} />}
    </div>
  );
}

function targetsOf(rows: readonly Row[]): readonly string[] {
  return [...new Set(rows.map(({ check }) => check.target))];
}

function Lines(props: {
  readonly title: string;
  readonly rows: readonly Row[];
  readonly by: 'output' | 'case';
  readonly columns: readonly string[];
}) {
  const nameOf = ({ check }: Row) => (props.by === 'case' ? check.case : (check.output ?? 'unknown output'));
  const oneModel = new Set(props.rows.map(({ check }) => check.model)).size === 1;
  const groups = groupBy(props.rows, (row) => JSON.stringify([row.check.model, nameOf(row)]));
  const lines: MatrixLine[] = [...groups.values()].map((rows) => {
    const [first] = rows;
    const model = first?.check.model ?? '';
    const line = {
      name: first === undefined ? '' : nameOf(first),
      cells: groupBy(rows, ({ check }) => check.target),
    };
    return oneModel ? line : Object.assign(line, { detail: model });
  });
  return (
    <section aria-label={props.title}>
      <h2>{props.title}</h2>
      <Some of={worstFirst(lines)}>
        {(some) => (
          <Matrix
            caption={props.title}
            corner={props.by === 'case' ? 'Case' : 'Output'}
            columns={props.columns}
            lines={some}
            hrefOf={(_line, _column, rows) => cellAddress(rows, props.by)}
          />
        )}
      </Some>
    </section>
  );
}

/** In the order of the run; where they are too many for that, what did not pass stands first. */
function worstFirst(lines: readonly MatrixLine[]): readonly MatrixLine[] {
  if (lines.length <= LONG) return lines;
  const rank = ({ cells }: MatrixLine): number => {
    const rows = [...cells.values()].flat();
    if (rows.some(({ standing }) => standing === 'failed')) return 0;
    return rows.some(({ bad }) => bad) ? 1 : 2;
  };
  return lines.toSorted((left, right) => rank(left) - rank(right));
}

const LONG = 60;

/** One check is opened, several are listed. */
function cellAddress(rows: readonly Row[], by: 'output' | 'case'): string {
  const [first] = rows;
  if (first === undefined) return checksAddress('');
  const { check } = first;
  if (rows.length === 1) return checkAddress(check);
  const name = by === 'case' ? filterToken('case', check.case) : outputToken(check.output);
  const tokens = [filterToken('suite', check.suite), filterToken('model', check.model), name];
  return checksAddress(
    [...tokens, filterToken('target', check.target)].filter((token) => token !== '').join(' '),
  );
}

function outputToken(output: string | null): string {
  return output === null ? '' : filterToken('output', output);
}

function Models(props: {
  readonly models: readonly {
    readonly name: string;
    readonly path: string;
    readonly sha256: string | null;
    readonly bytes: number | null;
  }[];
}) {
  return (
    <section aria-labelledby="models">
      <h2 id="models">Models</h2>
      <Some of={props.models}>
        {(some) => (
          <div class="table-frame" tabIndex={0} role="region" aria-label="Models">
            <table>
              <thead>
                <tr>
                  <th scope="col">Model</th>
                  <th scope="col">File</th>
                  <th scope="col" class="num">
                    Size
                  </th>
                  <th scope="col">SHA-256</th>
                </tr>
              </thead>
              <tbody>
                {some.map((model) => (
                  <tr key={model.name}>
                    <th scope="row">
                      <Name text={model.name} />
                    </th>
                    <td>
                      <code>
                        <Name text={model.path} />
                      </code>
                    </td>
                    <td class="num">{model.bytes === null ? 'unknown' : formatBytes(model.bytes)}</td>
                    <td>
                      <code title={model.sha256 ?? ''}>{model.sha256?.slice(0, 16) ?? 'unknown'}</code>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </Some>
    </section>
  );
}
