import { compilePolicy } from '../../../../core/policy/compile-policy';
import { MAX_EXAMPLES, makeWhatIf } from '../../../../core/policy/what-if';
import type { WhatIf } from '../../../../core/policy/what-if';
import type { ManagedDevice } from '../../../../core/device/managed-device';
import { makeDevice } from '../../../support/make-device';
import type { Settings } from './policy-fixture';
import { androidPhone, EXAMPLE_MOBILE, FIELDS, iPhone, line, management, NOW, policyOf } from './policy-fixture';

const BASE = {
  apple: { featureMinimum: '26.5' },
  android: { featureMinimum: '12' },
  rcsAllowed: { default: 'allowed' },
  carriers: [EXAMPLE_MOBILE],
};

function compare(present: Settings, other: Settings, devices: Iterable<ManagedDevice>): WhatIf {
  const tally = makeWhatIf(compilePolicy(policyOf(present), null), compilePolicy(policyOf(other), null), NOW);
  for (const device of devices) tally.add(device, FIELDS);
  return tally.result();
}

describe('what if', () => {
  it('nothing changes: the same policy, or one in other words', () => {
    const result = compare(BASE, { ...BASE, unknownIs: 'unknown' }, [iPhone(), androidPhone()]);
    expect(result).toMatchObject({ phones: 2, changed: 0, transitions: [], complianceTransitions: [], examples: [] });
  });

  it('a minimum rises: who falls, from where to where, by which rule', () => {
    const result = compare(BASE, { ...BASE, apple: { featureMinimum: '27.0' } }, [
      iPhone(),
      iPhone({ osVersion: '27.0.1', model: 'iPhone 17' }),
      androidPhone(),
      makeDevice('9', { platform: 'ipados' }),
    ]);
    expect(result).toMatchObject({
      phones: 3,
      changed: 1,
      becomeReady: 0,
      ceaseToBeReady: 1,
      transitions: [{ from: 'ready', to: 'os', phones: 1 }],
      complianceTransitions: [{ from: 'compliant', to: 'noncompliant', phones: 1 }],
      byRule: { 'os.feature-minimum': 1 },
      byPlatform: { ios: 1 },
      byModel: { 'iPhone 16': 1 },
      byCarrier: { 'Example Mobile': 1 },
      byGroup: { none: 1 },
      examples: [{ deviceKey: 'jamf:1', from: 'ready', to: 'os', because: ['os.feature-minimum: pass → fail'] }],
    });
  });

  it('a carrier becomes known: who rises', () => {
    const result = compare({ ...BASE, carriers: [] }, BASE, [iPhone()]);
    expect(result).toMatchObject({
      becomeReady: 1,
      transitions: [{ from: 'undetermined', to: 'ready', phones: 1 }],
      complianceTransitions: [],
      byRule: { carrier: 1 },
    });
  });

  it('names the rules of the rungs that decided, not all that differ', () => {
    const other = {
      ...BASE,
      apple: { featureMinimum: '27.0' },
      carriers: [{ ...EXAMPLE_MOBILE, endToEndEncryption: 'no' }],
    };
    expect(compare(BASE, other, [iPhone()]).examples[0]?.because).toEqual(['os.feature-minimum: pass → fail']);
  });

  it('grace is given: only compliance changes', () => {
    const device = iPhone({ osVersion: '26.4' });
    const result = compare(BASE, { ...BASE, grace: { days: 30, since: '2026-11-20' } }, [device]);
    expect(result).toMatchObject({
      changed: 1,
      transitions: [],
      complianceTransitions: [{ from: 'noncompliant', to: 'in-grace', phones: 1 }],
    });
    expect(result.examples[0]?.because).toEqual(['os.feature-minimum: fail → fail (in grace)']);
  });

  it('counts by group of the other policy and by the line that decides', () => {
    const groups = [
      { name: 'pilots', where: { category: ['Pilots'] }, overrides: { apple: { featureMinimum: '27.0' } } },
    ];
    const carriers = [EXAMPLE_MOBILE, { name: 'Sample Wireless', endToEndEncryption: 'no' }];
    const device = iPhone({
      ...management({ category: 'Pilots' }),
      lines: [line(1, { carrier: 'Sample Wireless', homePlmn: null }), line(2)],
    });
    const result = compare({ ...BASE, carriers }, { ...BASE, carriers, groups }, [device, iPhone()]);
    expect(result).toMatchObject({ changed: 1, byGroup: { pilots: 1 }, byCarrier: { 'Example Mobile': 1 } });
  });

  it('a rule appears that was not there', () => {
    const other = { ...BASE, apps: [{ id: 'com.example.app', platform: 'android' }] };
    expect(compare(BASE, other, [androidPhone()]).examples[0]?.because).toEqual([
      'app.minimum:com.example.app: no rule → fail',
    ]);
  });

  it('keeps a bounded list of devices and counts them all', () => {
    function* fleet(): Generator<ManagedDevice> {
      for (let id = 0; id < MAX_EXAMPLES + 5; id += 1) yield makeDevice(String(id), { lines: [line(1)] });
    }
    const result = compare(BASE, { ...BASE, apple: { featureMinimum: '27.0' } }, fleet());
    expect(result.changed).toBe(MAX_EXAMPLES + 5);
    expect(result.examples).toHaveLength(MAX_EXAMPLES);
  });

  it('counts models without end under "other"', () => {
    function* fleet(): Generator<ManagedDevice> {
      for (let id = 0; id < 1500; id += 1) yield makeDevice(String(id), { model: `Model ${id}`, lines: [line(1)] });
    }
    const { byModel } = compare(BASE, { ...BASE, apple: { featureMinimum: '27.0' } }, fleet());
    expect(Object.keys(byModel).length).toBeLessThanOrEqual(1001);
    expect(Object.values(byModel).reduce((one, other) => one + other, 0)).toBe(1500);
  });
});
