import { useState } from 'preact/hooks';
import type { AuditedBound, AuditVerdict } from '../../result/report-history.ts';
import { cleanLine, counted, formatNumber } from '../../result/wording.ts';
import { toWire } from '../../result/wire.ts';
import { BoundAxis } from '../charts/bound-axis.tsx';
import { CopyButton } from '../parts/copy.tsx';
import { Prose } from '../parts/prose.tsx';
import { SectionTable } from '../parts/section-table.tsx';
import { useAudit } from '../view/context.ts';
import { AUDIT_ORDER, boundText, originText, shareText, useText } from '../view/audit.ts';

/** Is each tolerance justified? */
export function AuditScreen() {
  const audit = useAudit();
  const [only, setOnly] = useState<AuditVerdict | null>(null);
  if (audit === null) {
    return (
      <section class="screen">
        <h1>Audit</h1>
        <p>
          This page was made without an audit. <code>onnx-parity audit --html page.html</code> makes one with
          it.
        </p>
      </section>
    );
  }
  const counts = AUDIT_ORDER.map((verdict) => ({
    verdict,
    count: audit.audits.filter((one) => one.verdict === verdict).length,
  })).filter(({ count }) => count > 0);
  const shown = audit.audits
    .filter(({ verdict }) => only === null || verdict === only)
    .toSorted((left, right) => AUDIT_ORDER.indexOf(left.verdict) - AUDIT_ORDER.indexOf(right.verdict));
  const open = audit.audits.filter(({ verdict }) => verdict !== 'justified').length;
  return (
    <div class="screen">
      <section>
        <h1>
          {open === 0
            ? 'Every bound is justified'
            : `${open} of ${counted(audit.audits.length, 'bound')} to look at`}
        </h1>
        <p class="quiet">
          Bounds in force, held against all that {counted(audit.runs, 'stored run')} measured.
        </p>
      </section>
      <div class="chips" role="group" aria-label="Verdicts">
        <button type="button" class="chip" aria-pressed={only === null} onClick={() => setOnly(null)}>
          all {audit.audits.length}
        </button>
        {counts.map(({ verdict, count }) => (
          <button
            key={verdict}
            type="button"
            class="chip"
            aria-pressed={only === verdict}
            onClick={() => setOnly(only === verdict ? null : verdict)}
          >
            {verdict} {count}
          </button>
        ))}
      </div>
      <SectionTable
        title="Bounds"
        note="Worst use on a log axis: ● ever, ○ lately, ◆ the proposed bound, line = the bound."
        head={['Verdict', 'Bound', 'Use of the bound', '#Worst ever', 'Of the typical value', 'Proposed']}
        kind="audit"
      >
        {shown.map((one, place) => (
          <Line key={place} audited={one} />
        ))}
      </SectionTable>
      {audit.patch !== '' && <Patch text={audit.patch} />}
    </div>
  );
}

const MARKS: Readonly<Record<AuditVerdict, string>> = {
  'below the noise': '≋',
  tight: '▲',
  'never exercised': '∅',
  loose: '▽',
  justified: '✓',
};

function Line({ audited }: { readonly audited: AuditedBound }) {
  const { bound, verdict, why, checks, runs, worstEver, worstRecent, share, proposal } = audited;
  return (
    <tr>
      <td>
        <span class={`audit-verdict audit-${verdict.replaceAll(' ', '-')}`}>
          <span class="audit-mark" aria-hidden="true">
            {MARKS[verdict]}
          </span>
          {verdict}
        </span>
      </td>
      <th scope="row">
        <code>{boundText(bound)}</code>
        <span class="quiet block">{originText(bound)}</span>
        <span class="quiet block">
          {counted(checks, 'check')} in {counted(runs, 'run')}
        </span>
      </th>
      <td>
        <BoundAxis ever={worstEver} recent={worstRecent} proposed={proposal?.factor ?? null} />
        <span class="quiet block why">
          <Prose text={why} />
        </span>
      </td>
      <td class="num">{worstEver === null ? '–' : useText(worstEver)}</td>
      <td class="num">{share === null ? '–' : shareText(share)}</td>
      <td>
        {proposal !== null && (
          <>
            <code>
              {bound.expression === null
                ? boundText({ ...bound, limit: proposal.limit, atol: proposal.atol, rtol: proposal.rtol })
                : `× ${formatNumber(toWire(proposal.factor))}`}
            </code>
            <span class="quiet block why">
              <Prose text={cleanLine(proposal.basis)} />
            </span>
          </>
        )}
      </td>
    </tr>
  );
}

function Patch({ text }: { readonly text: string }) {
  return (
    <section aria-labelledby="patch">
      <div class="section-head">
        <h2 id="patch">Patch to the suite files</h2>
        <CopyButton text={text} label="Copy the patch" />
      </div>
      <pre class="stderr" tabIndex={0} role="region" aria-label="Patch">
        {text
          .split('\n')
          .map((line) => cleanLine(line))
          .join('\n')}
      </pre>
    </section>
  );
}
