import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { approveProposals, listProposals, readGolden, recordSuite, verifyGoldens } from '../../src/sources/index.ts';
import { createCase, createProject, createRecordOptions, createSuite, inputsOf, MODEL_SHA256 } from './suite-builder.ts';

let root: string; let remove: () => Promise<void>;
beforeEach(async () => { ({ root, remove } = await createProject()); });
afterEach(() => remove());

test('smoke', async () => {
  const suite = createSuite(root);
  const r = await recordSuite(suite, createRecordOptions(root));
  console.dir(r, { depth: 6 });
  const proposals = await listProposals(root);
  await approveProposals(proposals, { reason: 'first' });
  console.dir(await readGolden(suite, suite.cases[0]!, { modelSha256: MODEL_SHA256, inputs: inputsOf(suite.cases[0]!), root }), { depth: 6 });
  console.dir(await recordSuite(suite, createRecordOptions(root)), { depth: 6 });
  console.dir(await recordSuite({...suite, cases: [createCase('first')]}, createRecordOptions(root)), { depth: 6 });
  await approveProposals(await listProposals(root), { reason: 'first' });
  console.dir(await verifyGoldens(root+'/goldens', root), { depth: 6 });
});
