/** What follows from drift, what is held, and what a run does not bear. */
import fc from 'fast-check';
import type { IsoTime } from '../../../../../core/device/managed-device';
import { DRIFT_KINDS } from '../../../../../core/directory/reconcile/drift';
import type { Drift } from '../../../../../core/directory/reconcile/drift';
import { makePlanner, planOf, summaryOf } from '../../../../../core/directory/reconcile/plan';
import type { FirstSign, PlanContext } from '../../../../../core/directory/reconcile/plan';
import { ACTION_KINDS, DEFAULT_PLAN_SETTINGS } from '../../../../../core/directory/reconcile/settings';

const NOW = '2026-11-25T00:00:00.000Z' as IsoTime;
const BEFORE = '2026-11-24T00:00:00.000Z' as IsoTime;
const CONFIRMED = { runId: 'run-1', at: NOW };

function driftOf(kind: Drift['kind'], changes: Partial<Drift> = {}): Drift {
  const { entryId = 'id1', deviceKey = 'jamf:1' } = changes;
  return {
    kind,
    connectorId: 'jamf',
    deviceKey,
    entryId,
    phone: '+1•••••••00',
    line: null,
    revision: 3,
    status: 'active',
    confirmed: null,
    evidence: {
      entryId,
      deviceKey,
      checks: [],
      times: { observedAt: NOW, lastSeenAt: null, enrolledAt: null, boundAt: null, changedAt: null },
    },
    ...changes,
  };
}

function contextOf(changes: Partial<PlanContext> = {}): PlanContext {
  return {
    runId: 'run-2',
    runState: 'complete',
    plannedAt: NOW,
    connectors: new Map([
      ['jamf', { complete: true, vanishHeld: false }],
      ['intune', { complete: true, vanishHeld: false }],
    ]),
    liveEntries: 1000,
    recent: { suspend: 0, revoke: 0 },
    firstSigns: new Map(),
    settings: DEFAULT_PLAN_SETTINGS,
    ...changes,
  };
}

const SIGN: FirstSign = { runId: 'run-1', observedAt: BEFORE, revision: 3 };
const signed = (sign: Partial<FirstSign> = {}): Partial<PlanContext> => ({
  firstSigns: new Map([['id1', { ...SIGN, ...sign }]]),
});

describe('what one drift asks for', () => {
  const cases: readonly [string | null, string, Drift, Partial<PlanContext>?][] = [
    ['revoke', 'the device is a tombstone', driftOf('orphaned-key', { confirmed: CONFIRMED })],
    ['revoke', 'the same, suspended before', driftOf('orphaned-key', { confirmed: CONFIRMED, status: 'suspended' })],
    [null, 'no such device, and no tombstone: one sign, or none', driftOf('orphaned-key')],
    ['suspend', 'wiped, seen first', driftOf('wiped')],
    ['suspend', 'unenrolled, seen first', driftOf('unenrolled')],
    ['suspend', 're-enrolled, seen first', driftOf('re-enrolled')],
    ['revoke', 'wiped, and it stands', driftOf('wiped', { status: 'suspended' }), signed()],
    ['revoke', 'unenrolled, and it stands', driftOf('unenrolled', { status: 'suspended' }), signed()],
    ['revoke', 're-enrolled, and it stands', driftOf('re-enrolled', { status: 'suspended' }), signed()],
    [null, 'the second sign is of the same run', driftOf('wiped', { status: 'suspended' }), signed({ runId: 'run-2' })],
    [null, 'the same reading, once more', driftOf('wiped', { status: 'suspended' }), signed({ observedAt: NOW })],
    ['suspend', 'someone changed the entry since', driftOf('wiped', { status: 'suspended' }), signed({ revision: 2 })],
    ['suspend', 'the number moved', driftOf('number-moved')],
    [null, 'the number moved, suspended already', driftOf('number-moved', { status: 'suspended' }), signed()],
    ['suspend', 'below policy', driftOf('non-compliant')],
    [null, 'below policy, suspended already', driftOf('non-compliant', { status: 'suspended' }), signed()],
    ['suspend', 'a bad signature', driftOf('bad-signature', { status: null, revision: null })],
    [null, 'a key is missing', driftOf('missing-key', { entryId: null, status: null })],
    [null, 'the number is not known', driftOf('number-unknown')],
    [null, 'one key twice', driftOf('duplicate-key')],
    [null, 'expired', driftOf('expired')],
    [null, 'two MDMs disagree', driftOf('conflicting-records'), signed()],
    [null, 'revoked already', driftOf('wiped', { status: 'revoked' })],
  ];
  // Every row has all members: jest takes one too few for a callback to wait for.
  const rows = cases.map(([kind, what, drift, context = {}]) => [kind, what, drift, context] as const);
  test.each(rows)('%s: %s', (kind, _, drift, context) => {
    const plan = planOf([drift], contextOf(context));
    expect(plan.actions.map((action) => action.kind)).toEqual(kind === null ? [] : [kind]);
    expect(plan).toMatchObject({ held: [], brakes: [], withheld: [] });
    expect(plan.drift[drift.kind]).toBe(1);
    if (kind !== null) {
      expect(plan.actions[0]).toMatchObject({ entryId: 'id1', reason: drift.kind, evidence: drift.evidence });
      expect(plan.actions[0]?.idempotencyKey).toMatch(/^[0-9a-f]{32}$/);
    }
  });
});

test('one entry, one action: the gravest', () => {
  const drift = [driftOf('non-compliant'), driftOf('orphaned-key', { confirmed: CONFIRMED }), driftOf('number-moved')];
  const plan = planOf(drift, contextOf());
  expect(plan.actions).toMatchObject([{ kind: 'revoke', reason: 'orphaned-key' }]);
  expect(summaryOf(plan)).toEqual({ proposed: 1, released: 1, held: 0, brakes: [] });
});

test('the key is that of the change: the same in every run, another for another revision, reason, entry or row', () => {
  const keyOf = (drift: Drift, runId = 'run-2') => planOf([drift], contextOf({ runId })).actions[0]?.idempotencyKey;
  const bad = (row: string) =>
    driftOf('bad-signature', {
      revision: null,
      evidence: { ...driftOf('wiped').evidence, checks: [{ field: 'row', observed: row, expected: null }] },
    });
  expect(keyOf(driftOf('wiped'), 'run-9')).toBe(keyOf(driftOf('wiped')));
  const keys = [
    driftOf('wiped'),
    driftOf('wiped', { revision: 4 }),
    driftOf('unenrolled'),
    driftOf('wiped', { entryId: 'id2' }),
    bad('x'),
    bad('y'),
  ].map((drift) => keyOf(drift));
  expect(new Set(keys).size).toBe(keys.length);
});

describe('what a run does not bear', () => {
  const drift = [
    driftOf('orphaned-key', { confirmed: CONFIRMED }),
    driftOf('wiped', { entryId: 'id2' }),
    driftOf('non-compliant', { entryId: 'id3', connectorId: 'intune' }),
  ];
  test.each(['partial', 'failed', 'running', 'whatever comes'])('%s: no revocation, and the reason', (runState) => {
    const plan = planOf(drift, contextOf({ runState }));
    expect(plan.actions.map(({ kind }) => kind)).toEqual(['suspend', 'suspend']);
    expect(plan.withheld).toEqual([{ reason: 'run-not-complete', kind: 'revoke', count: 1 }]);
  });

  test.each([
    [
      'not complete',
      new Map([
        ['jamf', { complete: false, vanishHeld: false }],
        ['intune', { complete: true, vanishHeld: false }],
      ]),
    ],
    ['not of the run', new Map([['intune', { complete: true, vanishHeld: false }]])],
  ])('a connector that is %s: nothing for its devices', (_, connectors) => {
    const plan = planOf(drift, contextOf({ runState: 'partial', connectors }));
    expect(plan.actions).toMatchObject([{ entryId: 'id3' }]);
    expect(plan.withheld).toEqual([
      { reason: 'pull-not-complete:jamf', kind: 'revoke', count: 1 },
      { reason: 'pull-not-complete:jamf', kind: 'suspend', count: 1 },
    ]);
  });

  test('a vanish brake holds all of its connector, and every revocation', () => {
    const connectors = new Map([
      ['jamf', { complete: true, vanishHeld: false }],
      ['intune', { complete: true, vanishHeld: true }],
    ]);
    const plan = planOf(drift, contextOf({ runState: 'held', connectors }));
    expect(plan.actions).toMatchObject([{ entryId: 'id2' }]);
    expect(plan.held.map(({ entryId, brake }) => [entryId, brake])).toEqual([
      ['id3', 'vanish:intune'],
      ['id1', 'vanish:intune'],
    ]);
    expect(summaryOf(plan)).toEqual({ proposed: 3, released: 1, held: 2, brakes: ['vanish:intune'] });
  });
});

describe('brakes', () => {
  const suspends = (count: number) =>
    Array.from({ length: count }, (_, n) => driftOf('non-compliant', { entryId: `id${n}` }));
  const brakes = (suspend: Partial<typeof DEFAULT_PLAN_SETTINGS.brakes.suspend>, maxListed = 1000) => ({
    settings: {
      brakes: {
        ...DEFAULT_PLAN_SETTINGS.brakes,
        suspend: { count: 100, share: 1, minimum: 0, perHour: 1000, ...suspend },
      },
      maxListed,
    },
  });
  const cases: readonly [number, number, string | null, string, Partial<PlanContext>][] = [
    [5, 0, null, 'as many as the count', brakes({ count: 5 })],
    [0, 6, 'count:suspend', 'one more: all of them', brakes({ count: 5 })],
    [10, 0, null, 'as much as the share', brakes({ share: 0.01 })],
    [0, 11, 'share:suspend', 'one more', brakes({ share: 0.01 })],
    [11, 0, null, 'fewer than the share’s minimum', brakes({ share: 0.01, minimum: 12 })],
    [0, 12, 'share:suspend', 'the minimum', brakes({ share: 0.01, minimum: 12 })],
    [0, 1, 'share:suspend', 'no entry is live', { ...brakes({}), liveEntries: 0 }],
    [7, 3, 'rate:suspend', 'the hour’s rest', { ...brakes({ perHour: 9 }), recent: { suspend: 2, revoke: 5 } }],
    [0, 3, 'rate:suspend', 'the hour is used up', { ...brakes({ perHour: 9 }), recent: { suspend: 12, revoke: 0 } }],
  ];
  test.each(cases)('%i released, %i held by %s: %s', (released, held, brake, _, context) => {
    const plan = planOf(suspends(released + held), contextOf(context));
    expect([plan.actions.length, plan.held.length]).toEqual([released, held]);
    expect(plan.brakes).toEqual(brake === null ? [] : [brake]);
    expect(new Set(plan.held.map((action) => action.brake))).toEqual(new Set(brake === null ? [] : [brake]));
  });

  test('of a kind: too many suspensions hold no revocation', () => {
    const drift = [...suspends(6), driftOf('orphaned-key', { entryId: 'other', confirmed: CONFIRMED })];
    expect(planOf(drift, contextOf(brakes({ count: 5 }))).actions).toMatchObject([{ kind: 'revoke' }]);
  });

  test('what is too much to list is counted and held', () => {
    const plan = planOf(suspends(50), contextOf(brakes({ count: 100 }, 20)));
    expect([plan.actions.length, plan.held.length, plan.unlisted]).toEqual([0, 20, { suspend: 30, revoke: 0 }]);
    expect(summaryOf(plan)).toEqual({ proposed: 50, released: 0, held: 50, brakes: ['count:suspend'] });
  });

  test('what is beyond the list is counted, not kept', () => {
    const planner = makePlanner(contextOf({ liveEntries: 20_000 }));
    for (let n = 0; n < 20_000; n += 1) planner.add({ ...suspends(0)[0]!, ...FINDING, entryId: `id${n}` }, null);
    const plan = planner.plan();
    expect(plan.held).toHaveLength(DEFAULT_PLAN_SETTINGS.maxListed);
    expect(summaryOf(plan)).toMatchObject({ proposed: 20_000, released: 0, held: 20_000 });
  });
});
const FINDING = driftOf('non-compliant');

describe('whatever the drift', () => {
  const drifts = fc.array(
    fc.record({
      kind: fc.constantFrom(...DRIFT_KINDS),
      id: fc.integer({ min: 0, max: 60 }),
      connectorId: fc.constantFrom('jamf', 'intune', 'gone'),
      status: fc.constantFrom('active', 'suspended', 'revoked'),
      revision: fc.integer({ min: 1, max: 3 }),
      tombstone: fc.boolean(),
    }),
    { maxLength: 120 },
  );
  const brake = fc.record({
    count: fc.integer({ min: 0, max: 40 }),
    share: fc.double({ min: 0, max: 1, noNaN: true }),
    minimum: fc.integer({ min: 0, max: 20 }),
    perHour: fc.integer({ min: 0, max: 40 }),
  });
  const flags = fc.record({ complete: fc.boolean(), vanishHeld: fc.boolean() });
  const contexts = fc.record({
    runState: fc.constantFrom('complete', 'held', 'partial', 'failed'),
    jamf: flags,
    intune: flags,
    liveEntries: fc.integer({ min: 0, max: 200 }),
    recent: fc.record({ suspend: fc.nat(30), revoke: fc.nat(30) }),
    brakes: fc.record({ suspend: brake, revoke: brake }),
    maxListed: fc.integer({ min: 1, max: 60 }),
  });
  const build = (
    list: readonly {
      kind: Drift['kind'];
      id: number;
      connectorId: string;
      status: string;
      revision: number;
      tombstone: boolean;
    }[],
  ) =>
    list.map(({ kind, id, connectorId, status, revision, tombstone }) =>
      driftOf(kind, {
        entryId: `id${id}`,
        connectorId,
        status: status as Drift['status'],
        revision,
        confirmed: tombstone ? CONFIRMED : null,
      }),
    );

  test('the plan stays within every brake, and a run that is not complete revokes nothing', () => {
    fc.assert(
      fc.property(drifts, contexts, (list, { jamf, intune, brakes, maxListed, ...rest }) => {
        const connectors = new Map([
          ['jamf', jamf],
          ['intune', intune],
        ]);
        const firstSigns = new Map(Array.from({ length: 30 }, (_, n) => [`id${n}`, SIGN]));
        const settings = { brakes, maxListed };
        const plan = planOf(build(list), contextOf({ ...rest, connectors, firstSigns, settings }));
        for (const kind of ACTION_KINDS) {
          const count = plan.actions.filter((action) => action.kind === kind).length;
          const { count: most, share, minimum, perHour } = brakes[kind];
          expect(count).toBeLessThanOrEqual(most);
          expect(count).toBeLessThanOrEqual(Math.max(0, perHour - rest.recent[kind]));
          if (count >= Math.max(1, minimum)) expect(count).toBeLessThanOrEqual(share * rest.liveEntries);
        }
        const all = [...plan.actions, ...plan.held];
        const isWhole = rest.runState === 'complete' || rest.runState === 'held';
        if (!isWhole) expect(all.filter(({ kind }) => kind === 'revoke')).toEqual([]);
        if (rest.runState !== 'complete' || jamf.vanishHeld || intune.vanishHeld) {
          expect(plan.actions.filter(({ kind }) => kind === 'revoke')).toEqual([]);
        }
        for (const { connectorId } of all) expect(connectors.get(connectorId)?.complete).toBe(true);
        for (const { connectorId } of plan.actions) expect(connectors.get(connectorId)?.vanishHeld).toBe(false);
        for (const { brake: name } of plan.held) expect(plan.brakes).toContain(name);
        expect(new Set(all.map(({ entryId }) => entryId)).size).toBe(all.length);
        expect(all.length).toBeLessThanOrEqual(maxListed);
        const NEVER = [
          'bad-signature',
          'number-moved',
          'non-compliant',
          'conflicting-records',
          'duplicate-key',
          'expired',
        ];
        for (const { kind, reason } of all) if (kind === 'revoke') expect(NEVER).not.toContain(reason);
      }),
      { numRuns: 500 },
    );
  });
});
