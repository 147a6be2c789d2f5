import { describe, expect, test } from 'vitest';
import type { Placement } from '../../src/result/index.ts';
import { judgePlacement } from '../../src/run/placement.ts';

const createPlacement = (overrides: Partial<Placement> = {}): Placement => ({
  requested: 'webgpu',
  proof: 'profile',
  nodes: { webgpu: 2 },
  fallbacks: [],
  ...overrides,
});

const verdictOf = (overrides: Partial<Placement>, fallback: 'allow' | 'warn' | 'fail' = 'warn') => {
  const { verdict, reasons } = judgePlacement(createPlacement(overrides), fallback);
  return [verdict, ...reasons.map(({ code, level }) => `${code} ${level}`)];
};

describe('the placement of the nodes', () => {
  test('all where they were asked for is no objection', () => {
    expect(verdictOf({})).toEqual(['pass']);
  });

  test('partly elsewhere is judged by the policy of the target', () => {
    const nodes = { webgpu: 1, cpu: 1 };
    expect(verdictOf({ nodes }, 'allow')).toEqual(['pass']);
    expect(verdictOf({ nodes }, 'warn')).toEqual(['pass', 'PLACEMENT_ELSEWHERE warn']);
    expect(verdictOf({ nodes }, 'fail')).toEqual(['fail', 'PLACEMENT_ELSEWHERE fail']);
  });

  test('wholly elsewhere is void, whatever the policy', () => {
    expect(verdictOf({ nodes: { cpu: 2 } }, 'allow')).toEqual(['void', 'PLACEMENT_ELSEWHERE fail']);
  });

  test('of no node at all proves nothing about the provider that was asked for', () => {
    const { verdict, reasons } = judgePlacement(createPlacement({ nodes: {} }), 'allow');
    expect(verdict).toBe('void');
    expect(reasons).toEqual([
      {
        code: 'PLACEMENT_ELSEWHERE',
        level: 'fail',
        message: 'Asked for webgpu; no node ran.',
        hint: 'Nothing was tested on webgpu: give the model a target on the provider that computes it, or operators and types that webgpu has.',
      },
    ]);
  });

  test('of no node on the only provider that there is says nothing against it', () => {
    expect(verdictOf({ requested: 'cpu', proof: 'only-provider', nodes: { cpu: 0 } })).toEqual(['pass']);
  });

  test('without proof is unverified, whatever the policy', () => {
    expect(verdictOf({ proof: 'none', nodes: {} }, 'allow')).toEqual([
      'unverified',
      'PLACEMENT_UNPROVEN fail',
    ]);
  });
});
