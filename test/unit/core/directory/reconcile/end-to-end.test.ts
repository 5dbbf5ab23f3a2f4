/** Two thousand phones and keys with every kind of drift among them, from rows to effects and back. */
import type { DeviceKey, IsoTime } from '../../../../../core/device/managed-device';
import { applyPlan } from '../../../../../core/directory/reconcile/apply-plan';
import { DRIFT_KINDS } from '../../../../../core/directory/reconcile/drift';
import type { DriftKind } from '../../../../../core/directory/reconcile/drift';
import { summaryOf } from '../../../../../core/directory/reconcile/plan';
import { encodePublished } from '../../../../../core/directory/records';
import { signEntry } from '../../../../../core/directory/sign-entry';
import { makeVerifiedMemory } from '../../../../../core/directory/reconcile/verified-memory';
import type { Entity, EntityStore } from '../../../../../core/ports/entity-store';
import { makeCountingKey, makePhoneKey } from '../../../../support/directory-fixture';
import { openReconcileFixture, phoneOf } from './reconcile-fixture';
import type { DeviceChanges, ReconcileFixture } from './reconcile-fixture';

const PHONES = 2000;
const PAGE = 50;
const LATER = '2026-06-01T00:00:00.000Z' as IsoTime;

/** What is wrong with phone n, where n is below 100; two of each kind but one. */
const FAULTS: Readonly<Record<number, DriftKind>> = Object.fromEntries(
  DRIFT_KINDS.flatMap((kind, at) => [
    [at * 2, kind],
    [at * 2 + 1, kind],
  ]),
);

const STRANGER = makeCountingKey('directory/stranger');

let at: ReconcileFixture;
beforeAll(async () => {
  at = await openReconcileFixture();
  const publicKey = makePhoneKey();
  for (let n = 0; n < PHONES; n += 1) await arrange(n, FAULTS[n] ?? null, publicKey);
});
afterAll(() => at.close());

const keyOf = (n: number): string => (n % 2 === 0 ? `jamf:${n * 3}` : `intune:guid-${n}`);

async function arrange(n: number, fault: DriftKind | null, shared: string): Promise<void> {
  const key = keyOf(n);
  const phone = phoneOf(n);
  const other = n % 2 === 0 ? `intune:other-${n}` : `jamf:${n + 900_000}`;
  const publicKey = fault === 'duplicate-key' ? shared : makePhoneKey();
  const notAfter = fault === 'expired' ? { notAfter: '2026-11-25T00:00:01.000Z' } : {};
  const entry = fault === 'missing-key' ? null : await at.entry(key, phone, { publicKey, ...notAfter });
  const forged = fault === 'bad-signature' ? await signEntry(entry!, STRANGER) : null;
  const device = (phones: readonly (string | null)[], changes: DeviceChanges = {}, head = {}) =>
    at.device(key, phones, changes, head);
  switch (fault) {
    case 'orphaned-key':
      return device([phone], {}, { tombstone: { run: 'run-0', at: LATER } });
    case 'unenrolled':
      return device([phone], { state: 'unenrolled' });
    case 'wiped':
      return device([phone], { state: 'wipe-pending' });
    case 're-enrolled':
      return device([phone], { enrollment: { state: 'enrolled', raw: null, enrolledAt: LATER, lastSeenAt: LATER } });
    case 'number-moved':
      return device([phoneOf(n + 500_000)]);
    case 'number-unknown':
      return device([null]);
    case 'non-compliant':
      return device([phone], {}, { compliance: 'noncompliant' });
    case 'bad-signature':
      await device([phone]);
      return at.tamper(entry!, () => encodePublished(forged!, null));
    case 'conflicting-records':
      await device([phone], { state: 'unenrolled' });
      await at.device(other, [phone]);
      at.duplicates.set(key as DeviceKey, { of: other as DeviceKey, kind: 'cross-mdm' });
      return;
    default:
      return device([phone]);
  }
}

/** Rows of pages that were handed out and not replaced by the next page of the same table. */
function watchRows(store: EntityStore): { readonly store: EntityStore; most(): number } {
  const alive = new Map<string, number>();
  let most = 0;
  const note = (table: string, rows: readonly Entity[]): void => {
    alive.set(table, rows.length);
    most = Math.max(
      most,
      [...alive.values()].reduce((sum, each) => sum + each, 0),
    );
  };
  return {
    most: () => most,
    store: {
      get: (...args) => store.get(...args),
      getMany: (...args) => store.getMany(...args),
      partitions: (...args) => store.partitions(...args),
      batch: () => Promise.reject(new Error('reconciling wrote')),
      async scan(table, ...args) {
        const page = await store.scan(table, ...args);
        note(table, page.entities);
        return page;
      },
    },
  };
}

const settings = {
  brakes: {
    suspend: { count: 50, share: 0.05, minimum: 5, perHour: 100 },
    revoke: { count: 20, share: 0.05, minimum: 5, perHour: 100 },
  },
  maxListed: 1000,
};

test('every kind is found as often as it was made, in pages, without a write', async () => {
  at.clock.advance(2000);
  const watched = watchRows(at.store);
  const verified = makeVerifiedMemory();
  const started = performance.now();
  const plan = await at.plan({}, { store: watched.store, pageSize: PAGE, verified, planSettings: settings });
  const first = performance.now() - started;
  // The key that stands twice is one finding; a phone whose number moved has none for its new one, a bad row speaks for none,
  // and the other record of the phones in conflict has no entry of its own but its sibling's.
  expect(plan.drift).toEqual({
    ...Object.fromEntries(DRIFT_KINDS.map((kind) => [kind, 2])),
    'duplicate-key': 1,
    'missing-key': 2 + 2 + 2,
  });
  expect(watched.most()).toBeLessThanOrEqual(2 * PAGE);
  expect(plan.actions.filter(({ kind }) => kind === 'revoke')).toHaveLength(2);
  // Wiped, unenrolled, re-enrolled, moved, badly signed, below policy.
  expect(plan.actions.filter(({ kind }) => kind === 'suspend')).toHaveLength(12);

  const again = performance.now();
  expect(await at.plan({}, { verified, planSettings: settings })).toEqual(plan);
  const second = performance.now() - again;
  expect(second).toBeLessThan(first);
});

test('a partial run revokes nothing; applied, the drift is done with, and a third run stands still', async () => {
  const apply = async (runId: string, state = 'complete') => {
    const plan = await at.plan({ runId, state }, { planSettings: settings });
    const { directory, store, keyByKid, clock } = at;
    return { plan, applied: await applyPlan({ directory, store, keyByKid, clock }, plan, { apply: true }) };
  };
  const partial = await apply('run-1', 'partial');
  expect(partial.plan.withheld).toEqual([{ reason: 'run-not-complete', kind: 'revoke', count: 2 }]);
  expect(partial.applied).toMatchObject({ done: 12, changed: 12, failed: 0 });
  const complete = await apply('run-2');
  expect(summaryOf(complete.plan)).toEqual({ proposed: 2, released: 2, held: 0, brakes: [] });
  // The phones are read once more, and are as they were.
  for (const n of [2, 3, 4, 5]) {
    const state = FAULTS[n] === 'wiped' ? 'wipe-pending' : 'unenrolled';
    await at.device(keyOf(n), [phoneOf(n)], { state, observedAt: '2026-11-26T00:00:00.000Z' as IsoTime });
  }
  const third = await apply('run-3');
  expect(third.plan.actions.map(({ kind, reason }) => `${kind} ${reason}`).sort()).toEqual([
    'revoke unenrolled',
    'revoke unenrolled',
    'revoke wiped',
    'revoke wiped',
  ]);
  expect(third.applied).toMatchObject({ done: 4, changed: 4 });
  const fourth = await apply('run-4');
  expect(fourth.plan).toMatchObject({ actions: [], held: [], withheld: [] });
});
