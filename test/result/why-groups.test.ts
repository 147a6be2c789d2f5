import { describe, expect, test } from 'vitest';
import { renderMarkdown } from '../../src/reporters/markdown/index.ts';
import { renderSummary } from '../../src/reporters/terminal/index.ts';
import type { Check } from '../../src/result/document.ts';
import { whyGroups } from '../../src/result/why-groups.ts';
import { createFailure, createRun, createUnexecuted } from '../builders/run-document.ts';

function unsupported(target: string): Check {
  const reason = {
    code: 'IR_UNSUPPORTED',
    message: 'The model has IR version 14.',
    hint: '',
    level: 'fail',
  } as const;
  return createUnexecuted({ status: 'unsupported', target, reasons: [reason] });
}

describe('what did not pass, by reason', () => {
  test('counts each reason by target, most first', () => {
    const checks = [createFailure(), unsupported('ort-node/cpu'), unsupported('ort-web/wasm')];
    expect(whyGroups(checks)).toEqual([
      {
        headline: 'unsupported',
        code: 'IR_UNSUPPORTED',
        count: 2,
        byTarget: new Map([
          ['ort-node/cpu', 1],
          ['ort-web/wasm', 1],
        ]),
        example: 'The model has IR version 14.',
      },
      {
        headline: 'fail',
        code: 'BOUND_EXCEEDED',
        count: 1,
        byTarget: new Map([['ort-web/wasm', 1]]),
        example: 'linf is 3.10e-4, 3.1 times its bound of 1.00e-4 (suite).',
      },
    ]);
  });

  test('stands in the summaries where not every check is told in full', async () => {
    const kind = { interactive: false, colour: false, columns: 120 };
    const few = createRun({ checks: [unsupported('ort-node/cpu')] });
    expect(await renderSummary(few, kind)).not.toContain('by reason');
    expect(renderMarkdown(few)).not.toContain('By reason');
    const checks = Array.from({ length: 60 }, (_, at) => ({
      ...unsupported(at % 3 === 0 ? 'ort-node/cpu' : 'ort-web/wasm'),
      case: `case ${at}`,
    }));
    const many = createRun({ checks });
    expect(await renderSummary(many, kind)).toContain(
      'by reason\n  60  unsupported IR_UNSUPPORTED  such as: The model has IR version 14.\n',
    );
    expect(renderMarkdown(many)).toContain(
      '| **unsupported** `IR_UNSUPPORTED` | 20 | 40 | The model has IR version 14. |',
    );
  });
});
