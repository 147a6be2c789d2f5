import { describe, expect, test } from 'vitest';
import { placementOfEvents, readProfile, type NodeEvent } from '../../src/runtimes/placement.ts';

const line = (name: string, op: string, provider: string, index: number, duration: number) =>
  `{"cat" : "Node","pid" :1,"tid" :1,"dur" :${duration},"ts" :2,"ph" : "X","name" :"${name}_kernel_time","args" : {"op_name" : "${op}","provider" : "${provider}","node_index" : "${index}"}},`;

const profile = (...lines: string[]) =>
  [
    '[',
    '{"cat" : "Session","dur" :1,"ts" :1,"ph" : "X","name" :"model_run","args" : {}},',
    ...lines,
    ']',
  ].join('\n');

const createEvent = (overrides: Partial<NodeEvent>): NodeEvent => ({
  node: 'n',
  op: 'Add',
  provider: 'webgpu',
  index: '0',
  durationUs: 1,
  ...overrides,
});

describe('a profile of onnxruntime', () => {
  test('gives one event per kernel with the provider’s short name', () => {
    const text = profile(
      line('conv', 'Conv', 'WebGpuExecutionProvider', 0, 30),
      line('nz', 'NonZero', 'CPUExecutionProvider', 1, 4),
    );
    expect(readProfile(text)).toEqual([
      { node: 'conv', op: 'Conv', provider: 'webgpu', index: '0', durationUs: 30 },
      { node: 'nz', op: 'NonZero', provider: 'cpu', index: '1', durationUs: 4 },
    ]);
  });

  test('is read although node names are not escaped in it', () => {
    const [event] = readProfile(profile(line('say "hi" \\', 'Add', 'CPUExecutionProvider', 0, 1))) ?? [];
    expect(event?.node).toBe('say "hi" \\');
  });

  test('leaves out copies between devices, which no operator of the model asked for', () => {
    expect(readProfile(profile(line('m', 'MemcpyToHost', 'WebGpuExecutionProvider', 0, 1)))).toEqual([]);
  });

  test('names an unnamed node with the empty string', () => {
    expect(readProfile(profile(line('Cast_3', 'Cast', 'CPUExecutionProvider', 3, 1)))?.[0]?.node).toBe('');
  });

  test('is told from other text', () => {
    expect(readProfile('')).toBeNull();
    expect(readProfile('not a profile')).toBeNull();
  });

  test('that ends early is no proof, unless only its start was asked for', () => {
    const text = profile(line('conv', 'Conv', 'WebGpuExecutionProvider', 0, 30)).slice(0, -1);
    expect(readProfile(text)).toBeNull();
    expect(readProfile(text, true)).toHaveLength(1);
  });
});

describe('a placement', () => {
  test('counts a node once however often it ran, and sums its time', () => {
    const events = [createEvent({}), createEvent({ durationUs: 2 }), createEvent({ index: '1' })];
    expect(placementOfEvents('webgpu', events)).toEqual({
      requested: 'webgpu',
      proof: 'profile',
      nodes: { webgpu: 2 },
      timeUs: { webgpu: 4 },
      fallbacks: [],
    });
  });

  test('names the nodes that ran elsewhere', () => {
    const placement = placementOfEvents('webgpu', [
      createEvent({}),
      createEvent({ node: 'u', op: 'Unique', provider: 'cpu', index: '1' }),
    ]);
    expect(placement.nodes).toEqual({ webgpu: 1, cpu: 1 });
    expect(placement.fallbacks).toEqual([{ node: 'u', op: 'Unique', provider: 'cpu' }]);
  });
});
