import type { ComponentChildren } from 'preact';
import { cleanLine, counted, formatBytes, formatDuration } from '../../result/wording.ts';
import { CopyButton } from '../parts/copy.tsx';
import { Some } from '../parts/more.tsx';
import { Name } from '../parts/name.tsx';
import { Problems } from '../parts/problems.tsx';
import { SectionTable } from '../parts/section-table.tsx';
import { provenanceLines } from '../view/provenance.ts';
import { useRun } from '../view/context.ts';
import { goldensOf } from '../view/goldens.ts';

/** Can I trust and repeat this? */
export function ProvenanceScreen() {
  const { document } = useRun();
  const { host, source, tool } = document;
  return (
    <div class="screen">
      <div class="section-head">
        <h1>Provenance</h1>
        <CopyButton text={provenanceLines(document).join('\n')} label="Copy the provenance as text" />
      </div>
      <Problems />
      <div class="two-columns">
        <Facts title="Run">
          <Fact name="Run" value={document.runId} code />
          <Fact name="Command" value={document.command} code />
          <Fact name="Started" value={document.startedAt} />
          <Fact name="Took" value={formatDuration(document.durationMs)} />
          <Fact name="Exit code" value={String(document.exitCode)} />
          <Fact name="Tool" value={`${tool.name} ${tool.version}`} />
          <Fact name="Result schema" value={`version ${document.schemaVersion}`} />
        </Facts>
        <Facts title="Host and source">
          <Fact name="System" value={`${host.os}, ${host.arch}`} />
          <Fact name="Processor" value={`${host.cpu}, ${host.cores} cores`} />
          <Fact name="Memory" value={formatBytes(host.memoryBytes)} />
          <Fact name="Node" value={host.node} />
          <Fact name="Fingerprint" value={host.fingerprint} code />
          <Fact name="Commit" value={source.commit ?? 'unknown'} code />
          <Fact
            name="Branch"
            value={`${source.branch ?? 'unknown'}${source.dirty === true ? ', with uncommitted changes' : ''}`}
          />
        </Facts>
      </div>
      <Targets />
      <Models />
      <Goldens />
    </div>
  );
}

function Facts({ title, children }: { readonly title: string; readonly children: ComponentChildren }) {
  return (
    <section class="card" aria-label={title}>
      <h2>{title}</h2>
      <dl class="facts">{children}</dl>
    </section>
  );
}

function Fact({
  name,
  value,
  code,
}: {
  readonly name: string;
  readonly value: string;
  readonly code?: boolean;
}) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{code === true ? <code>{cleanLine(value)}</code> : <Name text={value} />}</dd>
    </>
  );
}

function Targets() {
  const { document } = useRun();
  return (
    <SectionTable title="Targets" head={['Target', 'Runtime', 'Provider', 'Options', 'Available']}>
      {document.targets.map((target) => (
        <tr key={target.name}>
          <th scope="row">
            <Name text={target.name} />
          </th>
          <td>
            <Name text={`${target.runtime} ${target.runtimeVersion ?? ''}`} />
          </td>
          <td>
            <Name text={target.provider} />
          </td>
          <td>
            <code>{cleanLine(JSON.stringify(target.options))}</code>
          </td>
          <td>
            {target.available ? (
              'yes'
            ) : (
              <>
                no{target.reason === undefined ? '' : `: ${cleanLine(target.reason.message)}`}
                {target.reason !== undefined && target.reason.hint !== '' && (
                  <span class="quiet block">{cleanLine(target.reason.hint)}</span>
                )}
              </>
            )}
          </td>
        </tr>
      ))}
    </SectionTable>
  );
}

function Models() {
  const { document } = useRun();
  const models = document.suites.flatMap((suite) =>
    suite.models.map((model) => ({ suite: suite.name, model })),
  );
  return (
    <Some of={models}>
      {(some) => (
        <SectionTable
          title="Models"
          note={counted(models.length, 'model')}
          head={['Suite', 'Model', 'File', 'SHA-256']}
        >
          {some.map(({ suite, model }) => (
            <tr key={`${suite}\n${model.name}`}>
              <th scope="row">
                <Name text={suite} />
              </th>
              <td>
                <Name text={model.name} />
              </td>
              <td>
                <code>{cleanLine(model.path)}</code>
                {model.bytes !== null && <span class="quiet"> {formatBytes(model.bytes)}</span>}
              </td>
              <td>
                <code class="hash">{model.sha256 ?? 'unknown'}</code>
              </td>
            </tr>
          ))}
        </SectionTable>
      )}
    </Some>
  );
}

function Goldens() {
  const { document } = useRun();
  const goldens = goldensOf(document);
  return (
    <Some of={goldens}>
      {(some) => (
        <SectionTable title="References" head={['Suite', 'State', 'Origin', '#Cases']}>
          {some.map((golden) => (
            <tr key={`${golden.suite}\n${golden.state}\n${golden.origin}`}>
              <th scope="row">
                <Name text={golden.suite} />
              </th>
              <td>{golden.state}</td>
              <td>
                <Name text={golden.origin} />
              </td>
              <td class="num">{golden.cases}</td>
            </tr>
          ))}
        </SectionTable>
      )}
    </Some>
  );
}
