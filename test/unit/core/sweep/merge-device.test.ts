import type { IsoTime, Line } from '../../../../core/device/managed-device';
import { mergeDevice } from '../../../../core/sweep/merge-device';
import { makeDevice } from '../../../support/make-device';

const LINE: Line = {
  slot: 1,
  phone: null,
  phoneRaw: null,
  iccid: '8944100000000000001',
  eid: null,
  imei: null,
  carrier: 'Example Mobile',
  homePlmn: '23415',
  carrierSettings: null,
  roaming: null,
};
const withheld = { withheld: ['lines', 'apps'], partial: false } as const;

function enrolledAt(time: string): ReturnType<typeof makeDevice>['enrollment'] {
  return { ...makeDevice('1').enrollment, enrolledAt: time as IsoTime };
}

describe('a list that keeps quiet about some fields', () => {
  test('never overwrites a known value with null (facts/intune-graph.md §7 T7)', () => {
    const known = makeDevice('1', { lines: [LINE] });
    const reading = makeDevice('1', { lines: [{ ...LINE, iccid: null, homePlmn: null }] });
    expect(mergeDevice(known, reading, withheld).lines).toEqual([LINE]);
  });

  test('overwrites a field that it does tell', () => {
    const known = makeDevice('1', { osVersion: '26.4', lines: [LINE] });
    const merged = mergeDevice(known, makeDevice('1', { osVersion: '26.5', lines: [] }), withheld);
    expect({ osVersion: merged.osVersion, lines: merged.lines }).toEqual({ osVersion: '26.5', lines: [LINE] });
  });

  test.each([true, false])('keeps apps as what they were, a few answers and no whole list (partial: %s)', (partial) => {
    const known = makeDevice('1', { apps: [], answeredApps: ['com.example.a'] });
    const merged = mergeDevice(known, makeDevice('1', { apps: null }), { ...withheld, partial });
    expect(merged).toMatchObject({ apps: [], answeredApps: ['com.example.a'] });
  });

  test('takes a whole list over a few answers', () => {
    const known = makeDevice('1', { apps: [], answeredApps: ['com.example.a'] });
    expect(mergeDevice(known, makeDevice('1', { apps: [] }), withheld).answeredApps).toBeUndefined();
  });

  test('carries nothing into another enrollment: the phone may have another SIM', () => {
    const known = makeDevice('1', { lines: [LINE], enrollment: enrolledAt('2026-01-01T00:00:00.000Z') });
    const reading = makeDevice('1', { lines: [], enrollment: enrolledAt('2026-06-01T00:00:00.000Z') });
    expect(mergeDevice(known, reading, withheld).lines).toEqual([]);
  });

  test('does not mix two SIMs of one slot', () => {
    const other = { ...LINE, iccid: '8944100000000000999', homePlmn: null };
    const merged = mergeDevice(makeDevice('1', { lines: [LINE] }), makeDevice('1', { lines: [other] }), withheld);
    expect(merged.lines).toEqual([other]);
  });
});

describe('a list with few columns', () => {
  const partial = { withheld: [], partial: true } as const;

  test('changes the enrollment state and leaves the rest', () => {
    const known = makeDevice('1', { lines: [LINE] });
    const reading = makeDevice('1', {
      osVersion: null,
      model: null,
      serial: null,
      lines: [],
      platform: 'other',
      enrollment: { ...known.enrollment, state: 'unenrolled', raw: 'Unenrolled' },
    });
    expect(mergeDevice(known, reading, partial)).toEqual({
      ...known,
      enrollment: { ...known.enrollment, state: 'unenrolled', raw: 'Unenrolled' },
    });
  });

  test('tells nothing of a phone that was enrolled again since', () => {
    const known = makeDevice('1', { enrollment: enrolledAt('2026-06-01T00:00:00.000Z') });
    const former = { ...enrolledAt('2026-01-01T00:00:00.000Z'), state: 'unenrolled' as const };
    expect(mergeDevice(known, makeDevice('1', { enrollment: former }), partial)).toEqual(known);
  });
});
