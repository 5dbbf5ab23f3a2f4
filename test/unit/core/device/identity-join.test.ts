import fc from 'fast-check';
import { makeDisjointSets } from '../../../../core/device/disjoint-sets';
import { findDuplicates, joinCandidate, joinKeys, makeHashCollector } from '../../../../core/device/identity-join';
import type { JoinCandidate } from '../../../../core/device/identity-join';
import { joinKeyTexts } from '../../../../core/device/join-keys';
import type { IsoTime, ManagedDevice } from '../../../../core/device/managed-device';
import { makeDevice } from '../../../support/make-device';

interface Identity {
  readonly connectorId?: string;
  readonly serial?: string | null;
  readonly imeis?: readonly string[];
  readonly udid?: string | null;
  readonly secondaryId?: string | null;
  readonly state?: ManagedDevice['enrollment']['state'];
  readonly enrolledAt?: string | null;
  readonly lastSeenAt?: string | null;
}

const GUID = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const IMEI = '001001000000017';

function device(vendorId: string, identity: Identity): ManagedDevice {
  const { state = 'enrolled', enrolledAt = '2026-01-01T00:00:00.000Z', lastSeenAt = null, ...fields } = identity;
  return makeDevice(vendorId, {
    serial: null,
    ...fields,
    enrollment: {
      state,
      raw: null,
      enrolledAt: enrolledAt as IsoTime | null,
      lastSeenAt: lastSeenAt as IsoTime | null,
    },
  });
}

/** Candidates with all their keys, shared or not. */
function wholeCandidates(devices: readonly ManagedDevice[]): JoinCandidate[] {
  const every = new Set(devices.flatMap(joinKeys));
  return devices.map((each) => joinCandidate(each, every));
}

/** `jamf:2 → jamf:1 (kind)` for every record that does not judge. */
function duplicatesOf(...devices: ManagedDevice[]): string[] {
  return [...findDuplicates(wholeCandidates(devices))].map(([key, { of, kind }]) => `${key} → ${of} (${kind})`).sort();
}

describe('two records of one phone', () => {
  test.each<[string, Identity, Identity]>([
    ['the same serial', { serial: 'TESTSERIAL1' }, { serial: 'TESTSERIAL1' }],
    ['the same serial in another case', { serial: 'TESTSERIAL1' }, { serial: 'testserial1' }],
    ['the same IMEI', { imeis: [IMEI] }, { imeis: [IMEI] }],
    ['the same IMEI without its check digit', { imeis: [IMEI] }, { imeis: ['00100100000001'] }],
    ['one IMEI of two', { imeis: [IMEI, '001001000000025'] }, { imeis: [IMEI] }],
    ['the same UDID', { udid: '00008101-TEST00000001' }, { udid: '00008101-test00000001' }],
    ['the same directory id', { secondaryId: GUID }, { secondaryId: GUID.toUpperCase() }],
    ['the same IMEI, one serial withheld', { imeis: [IMEI], serial: 'TESTSERIAL1' }, { imeis: [IMEI] }],
  ])('are found by %s', (_, one, other) => {
    expect(duplicatesOf(device('1', one), device('2', other))).toEqual(['jamf:2 → jamf:1 (re-enrollment)']);
  });

  test.each<[string, Identity, Identity]>([
    ['no key at all', {}, {}],
    ['serial "0" stays two (facts/intune-graph.md §7 T15)', { serial: '0' }, { serial: '0' }],
    ['masked serials', { serial: '********0001' }, { serial: '********0001' }],
    ['placeholders', { serial: 'Not Available' }, { serial: 'Not Available' }],
    ['zero IMEIs', { imeis: ['000000000000000'] }, { imeis: ['000000000000000'] }],
    [
      'zero GUIDs',
      { secondaryId: '00000000-0000-0000-0000-000000000000' },
      { secondaryId: '00000000-0000-0000-0000-000000000000' },
    ],
    ['numbers of a server as ids', { secondaryId: '17' }, { secondaryId: '17' }],
    [
      'another serial with the same IMEI: one was cloned',
      { serial: 'TESTSERIAL1', imeis: [IMEI] },
      { serial: 'TESTSERIAL2', imeis: [IMEI] },
    ],
    ['a serial that equals an id of another kind', { serial: 'TESTSERIAL1' }, { udid: 'TESTSERIAL1' }],
  ])('are not made of %s', (_, one, other) => {
    expect(duplicatesOf(device('1', one), device('2', other))).toEqual([]);
  });

  test('phone numbers never join: they move from phone to phone', () => {
    const line = { ...makeDevice('1').lines[0], slot: 1, phone: '+12025550123' };
    const keys = joinKeyTexts(makeDevice('1', { serial: null, lines: [line as ManagedDevice['lines'][number]] }));
    expect(keys).toEqual([]);
  });

  test('an IMEI on three phones is shared or cloned and joins none of them', () => {
    const [one, two, three] = ['1', '2', '3'].map((id) => device(id, { imeis: [IMEI] }));
    expect(duplicatesOf(one!, two!, three!)).toEqual([]);
    expect(duplicatesOf(one!, two!)).toHaveLength(1);
  });

  test('an IMEI is counted in phones, not in records: re-enrolments of one phone share it rightly', () => {
    const records = ['1', '2', '3'].map((id) => device(id, { serial: 'TESTSERIAL1', imeis: [IMEI] }));
    const elsewhere = device('x', { connectorId: 'intune', imeis: [IMEI], enrolledAt: '2025-01-01T00:00:00.000Z' });
    expect(duplicatesOf(...records, elsewhere)).toEqual([
      'intune:x → jamf:1 (cross-mdm)',
      'jamf:2 → jamf:1 (re-enrollment)',
      'jamf:3 → jamf:1 (re-enrollment)',
    ]);
  });

  test('a serial on more records than a phone can have is a placeholder that nobody knows yet', () => {
    const records = Array.from({ length: 21 }, (_, at) => device(String(at), { serial: 'FACTORYSERIAL' }));
    expect(duplicatesOf(...records)).toEqual([]);
    expect(duplicatesOf(...records.slice(1))).toHaveLength(19);
  });

  test('records meet through a third one', () => {
    expect(
      duplicatesOf(
        device('1', { serial: 'TESTSERIAL1' }),
        device('2', { connectorId: 'intune', serial: 'TESTSERIAL1', imeis: [IMEI] }),
        device('3', { connectorId: 'ws1', imeis: [IMEI] }),
      ),
    ).toEqual(['jamf:1 → intune:2 (cross-mdm)', 'ws1:3 → intune:2 (cross-mdm)']);
  });
});

describe('the record that judges', () => {
  const same = { serial: 'TESTSERIAL1' };

  test.each<[string, Identity, Identity]>([
    [
      'enrolled last',
      { enrolledAt: '2026-03-01T00:00:00.000Z' },
      { enrolledAt: '2026-02-01T00:00:00.000Z', lastSeenAt: '2026-11-01T00:00:00.000Z' },
    ],
    [
      'seen last, where enrolment is the same',
      { lastSeenAt: '2026-03-01T00:00:00.000Z' },
      { lastSeenAt: '2026-02-01T00:00:00.000Z' },
    ],
    ['known to be enrolled at some time', { enrolledAt: '2020-01-01T00:00:00.000Z' }, { enrolledAt: null }],
    [
      'still enrolled',
      { enrolledAt: '2020-01-01T00:00:00.000Z' },
      { enrolledAt: '2026-01-01T00:00:00.000Z', state: 'unenrolled' },
    ],
    ['first by name, where nothing else tells', {}, {}],
  ])('is the one %s', (_, judge, other) => {
    const devices = [device('a', { ...same, ...judge }), device('b', { ...same, ...other })];
    expect(duplicatesOf(...devices)).toEqual(['jamf:b → jamf:a (re-enrollment)']);
    expect(duplicatesOf(...devices.reverse())).toEqual(['jamf:b → jamf:a (re-enrollment)']);
  });

  test('a record that was read twice is no duplicate of itself', () => {
    expect(duplicatesOf(device('1', same), device('1', same))).toEqual([]);
  });
});

describe('for any fleet', () => {
  const time = fc.option(fc.constantFrom('2026-01-01T00:00:00.000Z', '2026-02-01T00:00:00.000Z'));
  const fleet = fc.array(
    fc.record({
      connectorId: fc.constantFrom('jamf', 'intune', 'ws1'),
      serial: fc.constantFrom(null, '0', 'TESTSERIAL1', 'TESTSERIAL2', 'TESTSERIAL3'),
      imeis: fc.subarray(['001001000000017', '001001000000025', '000000000000000']),
      udid: fc.constantFrom(null, '00008101-TEST00000001', '00008101-TEST00000002'),
      secondaryId: fc.constantFrom(null, GUID, '00000000-0000-0000-0000-000000000000'),
      enrolledAt: time,
      lastSeenAt: time,
    }),
    { maxLength: 12 },
  );
  const devicesOf = (identities: readonly Identity[]): ManagedDevice[] =>
    identities.map((identity, at) => device(String(at), identity));

  test('the order of the records changes nothing', () => {
    fc.assert(
      fc.property(fleet, fc.infiniteStream(fc.double({ min: 0, max: 1, noNaN: true })), (identities, chance) => {
        const devices = devicesOf(identities);
        const shuffled = devices
          .map((each) => [chance.next().value ?? 0, each] as const)
          .sort(([one], [other]) => one - other)
          .map(([, each]) => each);
        expect(duplicatesOf(...shuffled)).toEqual(duplicatesOf(...devices));
      }),
    );
  });

  test('every phone is counted once: no judge is a duplicate, and each duplicate has one judge', () => {
    fc.assert(
      fc.property(fleet, (identities) => {
        const candidates = wholeCandidates(devicesOf(identities));
        const duplicates = findDuplicates(candidates);
        const byKey = new Map(candidates.map((each) => [each.deviceKey, each]));
        for (const [key, { of, kind }] of duplicates) {
          expect(of).not.toBe(key);
          expect(duplicates.has(of)).toBe(false);
          expect(kind === 're-enrollment').toBe(byKey.get(key)?.connectorId === byKey.get(of)?.connectorId);
        }
      }),
    );
  });

  test('two passes find what one comparison of all finds', () => {
    fc.assert(
      fc.property(fleet, (identities) => {
        const devices = devicesOf(identities);
        const collector = makeHashCollector();
        for (const each of devices) collector.add(joinKeys(each));
        const repeated = collector.repeated();
        const suspects = devices.filter((each) => joinKeys(each).some((hash) => repeated.has(hash)));
        const candidates = suspects.map((each) => joinCandidate(each, repeated));
        expect(findDuplicates(candidates)).toEqual(findDuplicates(wholeCandidates(devices)));
      }),
    );
  });

  test('hashes that meet by chance join nothing', () => {
    const strangers = [device('1', { serial: 'TESTSERIAL1' }), device('2', { serial: 'TESTSERIAL2' })];
    expect(findDuplicates(wholeCandidates(strangers)).size).toBe(0);
  });
});

describe('disjoint sets', () => {
  test('are what the pairs connect, whatever their order', () => {
    const pair = fc.tuple(fc.nat(9), fc.nat(9));
    fc.assert(
      fc.property(fc.array(pair), (pairs) => {
        const build = (list: readonly (readonly [number, number])[]): number[] => {
          const sets = makeDisjointSets(10);
          for (const [one, other] of list) sets.join(one, other);
          return Array.from({ length: 10 }, (_, at) => sets.find(at));
        };
        const groups = build(pairs);
        expect(build(pairs.toReversed().map(([one, other]) => [other, one] as const))).toEqual(groups);
        // A walk along the pairs reaches exactly the members of the group.
        const reached = new Set([0]);
        for (let round = 0; round < 10; round += 1) {
          for (const [one, other] of pairs) {
            if (reached.has(one)) reached.add(other);
            if (reached.has(other)) reached.add(one);
          }
        }
        groups.forEach((group, at) => expect(group === groups[0]).toBe(reached.has(at)));
      }),
    );
  });
});
