import { describe, expect, test } from 'vitest';
import { addressOf, checkAddress, placeOf, type Place } from '../../src/report-app/address.ts';
import { viewOf } from '../../src/report-app/view/rows.ts';
import { createHostileRun } from '../builders/hostile.ts';

describe('addresses', () => {
  const places: readonly Place[] = [
    { screen: 'overview' },
    { screen: 'checks', filter: '', sort: '' },
    { screen: 'checks', filter: 'target:"a b" linf>1e-3 & #?', sort: '-linf' },
    { screen: 'suite', suite: 'a/b?c#d' },
    { screen: 'provenance' },
    { screen: 'trends' },
    { screen: 'changes', with: '' },
    { screen: 'changes', with: '20261121-090000-4f2a & ?' },
    { screen: 'group', suite: 'a/b', target: 'ort-node/cpu' },
    { screen: 'targets', of: { suite: 's', model: 'm', case: 'c/d', output: 'o/p' } },
    { screen: 'targets', of: { suite: 's', model: 'm', case: 'c', output: null } },
    { screen: 'check', key: { suite: 's', model: 'm', case: 'c/d', target: 'ort-node/cpu', output: null } },
    { screen: 'check', key: { suite: 's', model: '', case: '', target: 't', output: '%' } },
  ];

  test.each(places.map((place) => [addressOf(place), place] as const))('%s leads back', (address, place) => {
    expect(placeOf(address)).toEqual(place);
  });

  test('an empty address is the overview, an unknown one is nowhere', () => {
    expect(placeOf('')).toEqual({ screen: 'overview' });
    expect(placeOf('#/check/only/three/names')).toEqual({
      screen: 'nowhere',
      address: '#/check/only/three/names',
    });
    expect(placeOf('#/suite/%E0%A4%A')).toEqual({ screen: 'suite', suite: '%E0%A4%A' });
  });

  test('every check is found by its address, whatever its names', () => {
    const run = viewOf(createHostileRun());
    for (const row of run.rows) {
      const place = placeOf(checkAddress(row.check));
      if (place.screen !== 'check') throw new Error(`${checkAddress(row.check)} is no check`);
      expect(run.find(place.key)?.position).toBe(row.position);
    }
  });
});
