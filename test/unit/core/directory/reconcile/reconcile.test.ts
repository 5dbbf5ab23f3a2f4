/** Every kind of drift, and what is nearly one. */
import type { DeviceKey, IsoTime } from '../../../../../core/device/managed-device';
import type { Duplicate } from '../../../../../core/device/identity-join';
import type { Entry } from '../../../../../core/directory/entry';
import { digestOfJws, encodePublished } from '../../../../../core/directory/records';
import { signEntry } from '../../../../../core/directory/sign-entry';
import { makeVerifiedMemory } from '../../../../../core/directory/reconcile/verified-memory';
import { makeCountingKey, makePhoneKey } from '../../../../support/directory-fixture';
import { countReads } from '../../../../support/counting-store';
import { ENROLLED, openReconcileFixture, phoneOf } from './reconcile-fixture';
import type { ReconcileFixture } from './reconcile-fixture';

const A = phoneOf(1);
const B = phoneOf(2);
const LATER = '2026-06-01T00:00:00.000Z' as IsoTime;
const GONE = { run: 'run-1', at: LATER };

let at: ReconcileFixture;
beforeEach(async () => {
  at = await openReconcileFixture();
});
afterEach(() => at.close());

const same = (key: string, of: string, kind: Duplicate['kind']): void => {
  at.duplicates.set(key as DeviceKey, { of: of as DeviceKey, kind });
};
const enrolledAt = (time: IsoTime | null) => ({
  enrollment: { state: 'enrolled', raw: null, enrolledAt: time, lastSeenAt: LATER } as const,
});

type Case = [kinds: readonly string[], what: string, arrange: () => Promise<unknown>];

/** One entry for number A on device jamf:7, and what the inventory has of it. */
const ONE_ENTRY: readonly Case[] = [
  [[], 'an enrolled device that shows the number', () => at.device('jamf:7', [A])],
  [[], 'the number on the second line', async () => (await at.entry('jamf:7', B), at.device('jamf:7', [B, A]))],
  [['orphaned-key'], 'no such device', async () => undefined],
  [['orphaned-key'], 'a tombstone', () => at.device('jamf:7', [A], {}, { tombstone: GONE })],
  [[], 'missing once', () => at.device('jamf:7', [A], {}, { missing: GONE })],
  [['unenrolled'], 'unenrolled', () => at.device('jamf:7', [A], { state: 'unenrolled' })],
  [[], 'enrollment pending', () => at.device('jamf:7', [A], { state: 'pending' })],
  [[], 'enrollment not known', () => at.device('jamf:7', [A], { state: 'unknown' })],
  [['wiped'], 'a wipe under way', () => at.device('jamf:7', [A], { state: 'wipe-pending' })],
  [['wiped'], 'a retirement under way', () => at.device('jamf:7', [B], { state: 'retire-pending' })],
  [['re-enrolled'], 'a newer enrollment', () => at.device('jamf:7', [A], enrolledAt(LATER))],
  [
    [],
    'the same enrollment, told with fractions of a second',
    () => at.device('jamf:7', [A], enrolledAt('2026-01-01T00:00:00.914Z' as IsoTime)),
  ],
  [[], 'an enrollment without a time', () => at.device('jamf:7', [A], enrolledAt(null))],
  [['number-moved', 'missing-key'], 'another number', () => at.device('jamf:7', [B])],
  [['number-unknown', 'missing-key'], 'another number, and a line without one', () => at.device('jamf:7', [B, null])],
  [['number-unknown'], 'a line without a number', () => at.device('jamf:7', [null])],
  [['number-unknown'], 'no line', () => at.device('jamf:7', [])],
  [
    ['missing-key', 'number-moved'],
    'no number here, and the number on another device',
    async () => (await at.device('jamf:7', [null]), at.device('intune:x', [A])),
  ],
  [
    ['number-unknown'],
    'no number here, and the number on a device that has left',
    async () => (await at.device('jamf:7', [null]), at.device('intune:x', [A], { state: 'unenrolled' })),
  ],
  [['non-compliant'], 'below policy', () => at.device('jamf:7', [A], {}, { compliance: 'noncompliant' })],
  [[], 'below policy, in its grace', () => at.device('jamf:7', [A], {}, { compliance: 'in-grace' })],
  [[], 'excepted', () => at.device('jamf:7', [A], {}, { compliance: 'excepted' })],
  [[], 'compliance not known', () => at.device('jamf:7', [A], {}, { compliance: 'unknown' })],
  [
    ['unenrolled'],
    'unenrolled and below policy: the one thing that matters',
    () => at.device('jamf:7', [A], { state: 'unenrolled' }, { compliance: 'noncompliant' }),
  ],
];

test.each(ONE_ENTRY)('%j: %s', async (kinds, _, arrange) => {
  await at.entry('jamf:7', A);
  await arrange();
  expect(await at.kinds()).toEqual(kinds);
});

describe('a revoked entry drifts no more', () => {
  test.each(ONE_ENTRY.filter(([kinds]) => kinds.some((kind) => !/number-|missing/.test(kind))))(
    'instead of %j: %s',
    async (_kinds, _what, arrange) => {
      const { entryId } = await at.entry('jamf:7', A);
      await at.directory.revoke({ entryId, reason: 'lost' });
      await arrange();
      expect((await at.drift()).filter(({ kind }) => kind !== 'missing-key')).toEqual([]);
    },
  );
});

describe('missing-key, line by line', () => {
  const cases: readonly Case[] = [
    [['missing-key'], 'a number without an entry', () => at.device('jamf:7', [A])],
    [['missing-key', 'missing-key'], 'two of them', () => at.device('jamf:7', [A, B])],
    [['missing-key'], 'one of two', async () => (await at.entry('jamf:7', A), at.device('jamf:7', [A, B]))],
    [[], 'a line without a number', () => at.device('jamf:7', [null])],
    [[], 'a tablet', () => at.device('jamf:7', [A], { platform: 'ipados' })],
    [[], 'not enrolled', () => at.device('jamf:7', [A], { state: 'unenrolled' })],
    [[], 'a tombstone', () => at.device('jamf:7', [A], {}, { tombstone: GONE })],
    [[], 'missing once', () => at.device('jamf:7', [A], {}, { missing: GONE })],
    [
      [],
      'a suspended entry',
      async () => (
        await at.directory.suspend({ entryId: (await at.entry('jamf:7', A)).entryId, reason: 'x' }),
        at.device('jamf:7', [A])
      ),
    ],
    [
      ['missing-key'],
      'a revoked entry',
      async () => (
        await at.directory.revoke({ entryId: (await at.entry('jamf:7', A)).entryId, reason: 'x' }),
        at.device('jamf:7', [A])
      ),
    ],
    [
      [],
      'the entry is on the other MDM’s record of the phone',
      async () => {
        await at.device('jamf:7', [A]);
        await at.device('intune:x', [A]);
        await at.entry('intune:x', A);
        same('jamf:7', 'intune:x', 'cross-mdm');
      },
    ],
    [
      ['missing-key'],
      'two records of a phone miss one key',
      async () => {
        await at.device('jamf:7', [A]);
        await at.device('intune:x', [A]);
        same('jamf:7', 'intune:x', 'cross-mdm');
      },
    ],
    [
      ['missing-key'],
      'the other record does not show the number',
      async () => {
        await at.device('jamf:7', [A]);
        await at.device('intune:x', [null]);
        same('jamf:7', 'intune:x', 'cross-mdm');
      },
    ],
  ];
  test.each(cases)('%j: %s', async (kinds, _, arrange) => {
    await arrange();
    expect(await at.kinds()).toEqual(kinds);
  });

  test('private lines do not count', async () => {
    await at.device('jamf:7', [A, B]);
    const found = await at.drift({ corporateLines: ({ lines }) => lines.filter(({ slot }) => slot === 2) });
    expect(found).toMatchObject([{ kind: 'missing-key', line: 2, entryId: null, deviceKey: 'jamf:7' }]);
  });
});

describe('validity', () => {
  test.each([
    [['expired'], 86_400_000],
    [[], 86_399_999],
  ])('%j after %i ms of a day', async (kinds, milliseconds) => {
    await at.entry('jamf:7', A, { notAfter: '2026-11-26T00:00:00.000Z' });
    await at.device('jamf:7', [A]);
    at.clock.advance(milliseconds);
    expect(await at.kinds()).toEqual(kinds);
  });
});

describe('one key', () => {
  test.each([
    ['under two numbers of one phone', 'jamf:7'],
    ['on two devices', 'intune:x'],
  ])('%s: one finding', async (_, other) => {
    const publicKey = makePhoneKey();
    const one = await at.entry('jamf:7', A, { publicKey });
    const two = await at.entry(other, B, { publicKey });
    for (const key of new Set(['jamf:7', other]))
      await at.device(key, key === other && other === 'jamf:7' ? [A, B] : [key === other ? B : A]);
    const found = await at.drift();
    expect(found).toMatchObject([{ kind: 'duplicate-key' }]);
    expect(
      [found[0]?.entryId, found[0]?.evidence.checks.find(({ field }) => field === 'other.entryId')?.observed].sort(),
    ).toEqual([one.entryId, two.entryId].sort());
    // Revoked, the key is used by one alone.
    await at.directory.revoke({ entryId: two.entryId, reason: 'copied' });
    expect((await at.kinds()).filter((kind) => kind !== 'missing-key')).toEqual([]);
  });
});

describe('two records of one phone', () => {
  const other = async (phones: readonly (string | null)[], state: 'enrolled' | 'unenrolled' = 'enrolled') => {
    await at.device('intune:x', phones, { state });
    same('intune:x', 'jamf:7', 'cross-mdm');
  };
  const cases: readonly Case[] = [
    [
      ['conflicting-records'],
      'gone here, enrolled there',
      async () => (await at.device('jamf:7', [A], {}, { tombstone: GONE }), other([null])),
    ],
    [
      ['conflicting-records'],
      'unenrolled here, enrolled there',
      async () => (await at.device('jamf:7', [A], { state: 'unenrolled' }), other([null])),
    ],
    [
      ['unenrolled'],
      'unenrolled in both',
      async () => (await at.device('jamf:7', [A], { state: 'unenrolled' }), other([null], 'unenrolled')),
    ],
    [
      ['conflicting-records'],
      'a wipe under way here, enrolled there',
      async () => (await at.device('jamf:7', [A], { state: 'wipe-pending' }), other([null])),
    ],
    [
      ['conflicting-records'],
      'enrolled anew here, not there',
      async () => (await at.device('jamf:7', [A], enrolledAt(LATER)), other([null])),
    ],
    [
      ['re-enrolled'],
      'enrolled anew in both',
      async () => (
        await at.device('jamf:7', [A], enrolledAt(LATER)),
        await other([null]),
        at.device('intune:x', [null], enrolledAt(LATER))
      ),
    ],
    [
      ['conflicting-records'],
      'another number here, the number there',
      async () => (await at.entry('jamf:7', B), await at.device('jamf:7', [B]), other([A])),
    ],
    [[], 'no number here, the number there', async () => (await at.device('jamf:7', [null]), other([A]))],
    [
      ['conflicting-records'],
      'below policy here, not there',
      async () => (await at.device('jamf:7', [A], {}, { compliance: 'noncompliant' }), other([null])),
    ],
  ];
  test.each(cases)('%j: %s', async (kinds, _, arrange) => {
    await at.entry('jamf:7', A);
    await arrange();
    expect(await at.kinds()).toEqual(kinds);
    expect((await at.plan()).actions.filter(({ kind }) => kind === 'revoke')).toEqual([]);
  });

  test('re-enrolled under another id in the same MDM: the entry of the older record is out of date', async () => {
    await at.entry('jamf:7', A);
    await at.device('jamf:7', [A]);
    await at.device('jamf:8', [A], enrolledAt(LATER));
    same('jamf:7', 'jamf:8', 're-enrollment');
    const found = await at.drift();
    expect(found.map(({ kind }) => kind)).toEqual(['re-enrolled']);
    expect(found[0]?.evidence.checks[0]).toEqual({ field: 'device.deviceKey', observed: 'jamf:8', expected: 'jamf:7' });
  });
});

describe('signatures', () => {
  let entry: Entry;
  beforeEach(async () => {
    entry = await at.entry('jamf:7', A);
    await at.device('jamf:7', [A]);
  });
  const foreign = async (kid: string): Promise<Entry> => signEntry(entry, makeCountingKey(kid));

  const tamperings: readonly [string, () => Promise<(body: string) => string>][] = [
    [
      'bad-signature',
      async () => {
        const forged = await foreign(entry.kid);
        return () => encodePublished(forged, null);
      },
    ],
    [
      'unknown-kid',
      async () => {
        const forged = await foreign('directory/other');
        return () => encodePublished(forged, null);
      },
    ],
    ['fields-differ', async () => (body) => body.replace('"status":"active"', '"status":"suspended"')],
    ['fields-differ', async () => (body) => body.replace(digestOfJws(entry.jws), digestOfJws('x'))],
    ['malformed', async () => () => 'nothing of ours'],
    ['malformed', async () => (body) => body.replace('"v":1', '"v":2')],
    ['malformed', async () => (body) => body.slice(0, body.indexOf('\n'))],
  ];
  test.each(tamperings)('%s', async (fault, make) => {
    await at.tamper(entry, await make());
    const [found] = await at.drift();
    expect(found).toMatchObject({ kind: 'bad-signature', entryId: entry.entryId, revision: null, phone: null });
    expect(found?.evidence.checks[0]).toEqual({ field: 'jws', observed: fault, expected: 'valid' });
  });

  test('a signed row at another device’s place', async () => {
    const { body } = (await at.store.get('directoryentries', {
      partition: 'jamf|r00000000',
      row: `e!000000000007!${entry.entryId}`,
    }))!;
    await at.store.batch('directoryentries', 'jamf|r00000000', [
      { kind: 'insert', row: 'e!000000000009!id999999', body },
    ]);
    await at.device('jamf:9', []);
    expect(await at.drift()).toMatchObject([
      { kind: 'bad-signature', evidence: { checks: [{ observed: 'misplaced' }, {}] } },
    ]);
  });

  test('verified rows are not verified again; changed ones are, and all are where the key is no longer known', async () => {
    let verifications = 0;
    const keyByKid = (kid: string) => ((verifications += 1), at.keyByKid(kid));
    const verified = makeVerifiedMemory();
    await at.drift({ verified, keyByKid });
    const once = verifications;
    await at.drift({ verified, keyByKid });
    // Asked whether the key is known, and no more.
    expect([once, verifications - once]).toEqual([2, 1]);
    expect(await at.drift({ verified, keyByKid: () => null })).toMatchObject([
      { kind: 'bad-signature' },
      { kind: 'missing-key' },
    ]);
    await at.tamper(entry, (body) => body.replace(/.$/, (last) => (last === 'A' ? 'B' : 'A')));
    expect((await at.drift({ verified })).map(({ kind }) => kind)).toContain('bad-signature');
  });
});

describe('the pass', () => {
  test('evidence says what was compared, when and of whom, and no number', async () => {
    const { entryId } = await at.entry('jamf:7', A);
    await at.device('jamf:7', [B], { state: 'enrolled' }, { compliance: 'noncompliant' });
    const found = await at.drift();
    expect(found).toHaveLength(3);
    expect(JSON.stringify(found)).not.toMatch(/555\d/);
    expect(found[1]).toEqual({
      kind: 'number-moved',
      connectorId: 'jamf',
      deviceKey: 'jamf:7',
      entryId,
      phone: expect.stringContaining('•'),
      line: null,
      revision: 1,
      status: 'active',
      confirmed: null,
      evidence: {
        entryId,
        deviceKey: 'jamf:7',
        checks: [
          { field: 'lines.phone', observed: expect.stringContaining('•'), expected: expect.stringContaining('•') },
        ],
        times: {
          observedAt: '2026-11-25T00:00:00.000Z',
          lastSeenAt: '2026-11-24T00:00:00.000Z',
          enrolledAt: ENROLLED,
          boundAt: ENROLLED,
          changedAt: '2026-11-25T00:00:00.000Z',
        },
      },
    });
  });

  test('pages are joined wherever they end', async () => {
    for (let n = 0; n < 12; n += 1) {
      if (n % 3 !== 0) await at.device(`jamf:${n * 700}`, n % 4 === 0 ? [] : [phoneOf(n)]);
      if (n % 2 === 0) await at.entry(`jamf:${n * 700}`, phoneOf(n));
      if (n % 5 === 0) await at.entry(`jamf:${n * 700}`, phoneOf(n + 100));
    }
    const whole = await at.drift();
    expect(whole.length).toBeGreaterThan(8);
    for (const pageSize of [1, 2, 3]) expect(await at.drift({ pageSize })).toEqual(whole);
  });

  test('no number is looked up: point reads are for phones with two records alone', async () => {
    for (let n = 0; n < 50; n += 1) {
      await at.device(`jamf:${n}`, [phoneOf(n)]);
      await at.entry(`jamf:${n}`, phoneOf(n));
    }
    const counting = countReads(at.store);
    expect(await at.drift({ store: counting.store })).toEqual([]);
    expect(counting.take()).toMatchObject({ get: 0, batch: 0 });
  });
});
