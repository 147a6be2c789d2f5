import { readFileSync } from 'node:fs';
import { describe, expect, expectTypeOf, test } from 'vitest';
import type { z } from 'zod';
import type { RunDocument } from '../../src/result/document.ts';
import { parseRunDocument, runChunks, runJsonSchema, serialiseRun } from '../../src/reporters/json/index.ts';
import { runSchema } from '../../src/reporters/json/schema.ts';
import { createHostileRun } from '../builders/hostile.ts';
import { createCheck, createRun } from '../builders/run-document.ts';
import { createStory } from '../builders/story.ts';

type Frozen<T> = T extends [number, number]
  ? readonly [number, number]
  : T extends (infer Item)[]
    ? readonly Frozen<Item>[]
    : T extends object
      ? { readonly [Key in keyof T]: Frozen<T[Key]> }
      : T;

describe('the published schema', () => {
  test('is true to the types, in both directions', () => {
    expectTypeOf<RunDocument>().toExtend<Frozen<z.infer<typeof runSchema>>>();
    expectTypeOf<Frozen<z.infer<typeof runSchema>>>().toExtend<RunDocument>();
  });

  test('is the file in schemas/', () => {
    const file: unknown = JSON.parse(
      readFileSync(new URL('../../schemas/run.schema.json', import.meta.url), 'utf8'),
    );
    expect(runJsonSchema(), 'run `npm run build && npm run docs`').toEqual(file);
  });

  test.each([
    ['a small run', createRun()],
    ['a run with every kind of trouble', createStory()],
    ['hostile texts', createHostileRun()],
    ['a run without checks', createRun({ checks: [] })],
  ])('accepts %s', (_name, document) => {
    expect(runSchema.safeParse(JSON.parse(serialiseRun(document))).error).toBeUndefined();
  });
});

describe('writing', () => {
  test('reads back as it was', () => {
    const document = createStory();
    expect(parseRunDocument(serialiseRun(document))).toEqual(document);
  });

  test('comes in pieces, one check each', () => {
    const document = createRun({ checks: [createCheck({ case: 'a' }), createCheck({ case: 'b' })] });
    expect([...runChunks(document)]).toHaveLength(4);
    expect(
      serialiseRun(document)
        .split('\n')
        .filter((line) => line.includes('"case":')),
    ).toHaveLength(2);
  });

  test('numbers that JSON cannot hold become strings, never null', () => {
    const metrics = { linf: Infinity, bias: -0, maxRel: Number.NaN };
    const options = { big: 12n };
    const run = createRun({ checks: [createCheck({ metrics })] });
    const targets = run.targets.map((target) => Object.assign({}, target, { options }));
    const read = parseRunDocument(serialiseRun({ ...run, targets }));
    expect(read.checks[0]?.metrics).toEqual({ linf: 'Infinity', bias: '-0', maxRel: 'NaN' });
    expect(read.targets[0]?.options).toEqual({ big: '12' });
  });
});

describe('reading', () => {
  test('a newer document is refused by name', () => {
    const text = JSON.stringify({ ...createRun(), schemaVersion: 2 });
    expect(() => parseRunDocument(text, 'run.json')).toThrow(
      expect.objectContaining({
        code: 'RUN_NEWER',
        message: 'run.json has schema version 2; this version of onnx-parity reads up to 1.',
        hint: 'Install the version of onnx-parity that wrote it, or a newer one.',
      }),
    );
  });

  test('text that is no JSON is refused', () => {
    expect(() => parseRunDocument('{"schemaVersion": 1, ', 'run.json')).toThrow(
      expect.objectContaining({ code: 'RUN_NOT_JSON', exitCode: 2 }),
    );
  });

  test.each([
    ['null', 'null', 'the top'],
    ['another tool', JSON.stringify({ ...createRun(), tool: { name: 'other', version: '1' } }), 'tool.name'],
    ['null for a number', JSON.stringify(createRun({ durationMs: Number.NaN })), 'durationMs'],
    [
      'an unknown verdict',
      JSON.stringify({ ...createRun(), checks: [{ ...createCheck(), verdict: 'maybe' }] }),
      'checks.0.verdict',
    ],
  ])('%s is refused with its place', (_name, text, path) => {
    expect(() => parseRunDocument(text, 'run.json')).toThrow(
      expect.objectContaining({ code: 'RUN_INVALID', context: expect.objectContaining({ path }) }),
    );
  });

  test('properties that a later minor version added are kept', () => {
    const text = JSON.stringify({ ...createRun(), later: true });
    expect(parseRunDocument(text)).toHaveProperty('later', true);
  });
});
