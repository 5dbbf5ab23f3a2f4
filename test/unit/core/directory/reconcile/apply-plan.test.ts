/** What a plan does: nothing as a dry run; otherwise each effect once, wherever the process dies. */
import type { IsoTime } from '../../../../../core/device/managed-device';
import { applyPlan } from '../../../../../core/directory/reconcile/apply-plan';
import type { ApplyPorts } from '../../../../../core/directory/reconcile/apply-plan';
import type { AuditRow } from '../../../../../core/directory/reconcile/audit';
import { makeLedger } from '../../../../../core/directory/reconcile/ledger';
import type { Plan } from '../../../../../core/directory/reconcile/plan';
import { LEDGER_TABLES } from '../../../../../core/directory/reconcile/tables';
import { LOCK_MS } from '../../../../../core/directory/write-revision';
import type { Entry } from '../../../../../core/directory/entry';
import { encodePublished } from '../../../../../core/directory/records';
import { signEntry } from '../../../../../core/directory/sign-entry';
import type { EntityStore } from '../../../../../core/ports/entity-store';
import { TransientError } from '../../../../../core/errors';
import { cutStore, ProcessDied } from '../../../../support/cut-store';
import type { Cut } from '../../../../support/cut-store';
import { makeCountingKey } from '../../../../support/directory-fixture';
import { openReconcileFixture, phoneOf } from './reconcile-fixture';
import type { ReconcileFixture } from './reconcile-fixture';

const APPLY = { apply: true } as const;
const HOUR = 3_600_000;

let at: ReconcileFixture;
beforeEach(async () => {
  at = await openReconcileFixture();
});
afterEach(() => at.close());

const portsOn = (store: EntityStore): ApplyPorts => ({
  store,
  directory: at.another({ store }),
  keyByKid: at.keyByKid,
  clock: at.clock,
});
const applyNow = (plan: Plan) => applyPlan(portsOn(at.store), plan, APPLY);
const ledger = () => makeLedger(at.store);

async function auditOf(runId = 'run-1'): Promise<readonly AuditRow[]> {
  const { entities } = await at.store.scan(LEDGER_TABLES.audit, runId);
  return entities.map(({ body }) => JSON.parse(body) as AuditRow);
}
const statusOf = async ({ entryId }: Entry) => (await at.directory.show(entryId)).entry;

/** A phone that is wiped, one that is gone. */
async function twoFaults(): Promise<{ readonly wiped: Entry; readonly gone: Entry }> {
  const wiped = await at.entry('jamf:1', phoneOf(1));
  await at.device('jamf:1', [phoneOf(1)], { state: 'wipe-pending' });
  const gone = await at.entry('intune:2', phoneOf(2));
  await at.device(
    'intune:2',
    [phoneOf(2)],
    {},
    { tombstone: { run: 'run-0', at: '2026-11-20T00:00:00.000Z' as IsoTime } },
  );
  return { wiped, gone };
}

test('a dry run is the default, and asks nothing of any port', async () => {
  await twoFaults();
  const plan = await at.plan();
  expect(plan.actions).toHaveLength(2);
  const never = new Proxy(
    {},
    {
      get: (_, name) => {
        throw new Error(`a dry run asked for ${String(name)}`);
      },
    },
  );
  const ports = { store: never, directory: never, keyByKid: never, clock: never } as unknown as ApplyPorts;
  for (const options of [undefined, { apply: false }]) {
    expect(await applyPlan(ports, plan, options)).toEqual({
      dryRun: true,
      done: 0,
      changed: 0,
      superseded: 0,
      failed: 0,
      busy: 0,
    });
  }
});

test('reconciling and planning write nothing', async () => {
  await twoFaults();
  const store = { ...readOnly(at.store) };
  expect((await at.plan({}, { store })).actions).toHaveLength(2);
});

function readOnly(store: EntityStore): EntityStore {
  return {
    get: (...args) => store.get(...args),
    getMany: (...args) => store.getMany(...args),
    scan: (...args) => store.scan(...args),
    partitions: (...args) => store.partitions(...args),
    batch: () => Promise.reject(new Error('a write')),
  };
}

test('applied: suspended and revoked, each with its reason, ledger row and audit', async () => {
  const { wiped, gone } = await twoFaults();
  const plan = await at.plan();
  expect(await applyNow(plan)).toEqual({ dryRun: false, done: 2, changed: 2, superseded: 0, failed: 0, busy: 0 });
  expect(await statusOf(wiped)).toMatchObject({ status: 'suspended', reason: 'wiped', revision: 2 });
  expect(await statusOf(gone)).toMatchObject({ status: 'revoked', reason: 'orphaned-key', revision: 2 });
  expect(await ledger().of(wiped.entryId)).toMatchObject([{ state: 'done', revision: 2, runId: 'run-1' }]);
  expect((await auditOf()).map(({ event, action }) => `${event} ${action.kind}`).sort()).toEqual([
    'effect revoke',
    'effect suspend',
    'released revoke',
    'released suspend',
  ]);
  expect(await ledger().recent(at.clock.now())).toEqual({ suspend: 1, revoke: 1 });
  at.clock.advance(HOUR + 1);
  expect(await ledger().recent(at.clock.now())).toEqual({ suspend: 0, revoke: 0 });
});

test('the same plan again does nothing, and no plan follows from what is done', async () => {
  await twoFaults();
  const plan = await at.plan();
  await applyNow(plan);
  const signatures = at.key.count();
  const before = await auditOf();
  expect(await applyNow(plan)).toMatchObject({ done: 2, changed: 0 });
  expect(await auditOf()).toEqual(before);
  expect((await at.plan({ runId: 'run-2' })).actions).toEqual([]);
  expect(at.key.count()).toBe(signatures);
});

describe('two signs', () => {
  const read = (day: number) => ({ observedAt: `2026-11-${day}T00:00:00.000Z` as IsoTime });
  const wipe = (day: number) => at.device('jamf:1', [phoneOf(1)], { state: 'wipe-pending', ...read(day) });
  let entry: Entry;
  beforeEach(async () => {
    entry = await at.entry('jamf:1', phoneOf(1));
    await wipe(25);
    await applyNow(await at.plan());
  });

  test('a second reading in another run revokes', async () => {
    await wipe(26);
    await applyNow(await at.plan({ runId: 'run-2' }));
    expect(await statusOf(entry)).toMatchObject({ status: 'revoked', reason: 'wiped', revision: 3 });
  });

  test('in a run that is not complete it does not', async () => {
    await wipe(26);
    const plan = await at.plan({ runId: 'run-2', state: 'partial' });
    expect(plan).toMatchObject({ actions: [], withheld: [{ reason: 'run-not-complete', kind: 'revoke', count: 1 }] });
  });

  test('another kind of sign is a second one too', async () => {
    await at.device('jamf:1', [], { state: 'unenrolled', ...read(26) });
    expect((await at.plan({ runId: 'run-2' })).actions).toMatchObject([{ kind: 'revoke', reason: 'unenrolled' }]);
  });

  test('the phone is back: nothing, and a person reinstates', async () => {
    await at.device('jamf:1', [phoneOf(1)], read(26));
    expect(await at.plan({ runId: 'run-2' })).toMatchObject({ actions: [], held: [] });
  });

  test('reinstated by a person, it begins anew', async () => {
    await at.directory.reinstate({ entryId: entry.entryId, reason: 'was a mistake' });
    await wipe(26);
    const second = await at.plan({ runId: 'run-2' });
    expect(second.actions).toMatchObject([{ kind: 'suspend' }]);
    await applyNow(second);
    expect(await statusOf(entry)).toMatchObject({ status: 'suspended', revision: 4 });
    await wipe(27);
    expect((await at.plan({ runId: 'run-3' })).actions).toMatchObject([{ kind: 'revoke' }]);
  });

  test('suspended by a person before: the first sign is on record without a signature', async () => {
    const other = await at.entry('jamf:5', phoneOf(5));
    await at.directory.suspend({ entryId: other.entryId, reason: 'on leave' });
    await at.device('jamf:5', [phoneOf(5)], { state: 'unenrolled', ...read(26) });
    const signatures = at.key.count();
    expect(await applyNow(await at.plan({ runId: 'run-2' }))).toMatchObject({ done: 1, changed: 0 });
    expect(at.key.count()).toBe(signatures);
    await at.device('jamf:5', [phoneOf(5)], { state: 'unenrolled', ...read(27) });
    expect((await at.plan({ runId: 'run-3' })).actions).toMatchObject([{ kind: 'revoke', entryId: other.entryId }]);
  });
});

test('an entry that was changed since it was judged is left alone', async () => {
  const { wiped } = await twoFaults();
  const plan = await at.plan();
  await at.entry('jamf:1', phoneOf(1));
  expect(await applyNow(plan)).toMatchObject({ done: 1, superseded: 1 });
  expect(await statusOf(wiped)).toMatchObject({ status: 'active', revision: 2 });
});

test('held actions are recorded and not done', async () => {
  const { wiped } = await twoFaults();
  const plan = await at.plan({ state: 'held', brakes: ['vanish:jamf'] });
  expect(plan).toMatchObject({ actions: [], held: [{ brake: 'vanish:jamf' }, { brake: 'vanish:jamf' }] });
  expect(await applyNow(plan)).toMatchObject({ done: 0 });
  expect(await statusOf(wiped)).toMatchObject({ status: 'active' });
  expect((await auditOf()).map(({ event }) => event)).toEqual(['held', 'held']);
});

describe('bad rows', () => {
  test('a forged entry is suspended, never revoked, and only once', async () => {
    const entry = await at.entry('jamf:1', phoneOf(1));
    await at.device('jamf:1', [phoneOf(1)]);
    const forged = await signEntry(entry, makeCountingKey('directory/other'));
    await at.tamper(entry, () => encodePublished(forged, null));
    const plan = await at.plan();
    expect(plan.actions).toMatchObject([{ kind: 'suspend', reason: 'bad-signature' }]);
    expect(await applyNow(plan)).toMatchObject({ done: 1, changed: 1 });
    expect(await statusOf(entry)).toMatchObject({ status: 'suspended', reason: 'bad-signature' });
    expect((await at.plan({ runId: 'run-2' })).actions).toEqual([]);
  });

  test('a row that no one can read is a failure on record, and the rest is done', async () => {
    const { wiped } = await twoFaults();
    const entry = await at.entry('jamf:0', phoneOf(3));
    await at.device('jamf:0', [phoneOf(3)]);
    await at.tamper(entry, (body) => body.replace('"active"', '"suspended"'));
    expect(await applyNow(await at.plan())).toMatchObject({ done: 2, failed: 1 });
    expect(await ledger().of(entry.entryId)).toMatchObject([{ state: 'failed', problem: 'directory-damaged' }]);
    expect(await statusOf(wiped)).toMatchObject({ status: 'suspended' });
  });

  test('a row that names a sound entry elsewhere does that entry nothing', async () => {
    const entry = await at.entry('jamf:1', phoneOf(1));
    await at.device('jamf:1', [phoneOf(1)]);
    await at.store.batch('directoryentries', 'jamf|r00000000', [
      { kind: 'insert', row: `e!000000000009!${entry.entryId}`, body: 'x' },
    ]);
    const plan = await at.plan();
    expect(plan.actions).toMatchObject([{ kind: 'suspend', entryId: entry.entryId }]);
    expect(await applyNow(plan)).toMatchObject({ superseded: 1, done: 0 });
    expect(await statusOf(entry)).toMatchObject({ status: 'active', revision: 1 });
  });
});

describe('failures of the ports', () => {
  test('a vault that is away ends the call; the next takes the row up', async () => {
    const { wiped } = await twoFaults();
    const plan = await at.plan();
    const directory = at.another({
      kms: {
        signingKey: async () => {
          throw new TransientError('away');
        },
      },
    });
    await expect(applyPlan({ ...portsOn(at.store), directory }, plan, APPLY)).rejects.toBeInstanceOf(TransientError);
    expect(await applyNow(plan)).toMatchObject({ done: 2, changed: 2 });
    expect(await statusOf(wiped)).toMatchObject({ revision: 2 });
  });

  test('without an audit there is no effect', async () => {
    const { wiped } = await twoFaults();
    const plan = await at.plan();
    const store: EntityStore = {
      ...readOnly(at.store),
      batch: (table, ...args) =>
        table === LEDGER_TABLES.audit ? Promise.reject(new Error('no audit')) : at.store.batch(table, ...args),
    };
    await expect(applyPlan(portsOn(store), plan, APPLY)).rejects.toThrow('no audit');
    expect(await statusOf(wiped)).toMatchObject({ status: 'active' });
    expect(await ledger().of(wiped.entryId)).toEqual([]);
  });
});

describe('a process that dies at any write', () => {
  // Decisions; then for each of two actions: open, lock, revision, audit, end.
  const WRITES = 1 + 2 * 5;
  const cuts: Cut[] = Array.from({ length: WRITES }, (_, write) => [
    { write, when: 'before' } as const,
    { write, when: 'after' } as const,
  ]).flat();

  const expectOnce = async ({ wiped, gone }: { readonly wiped: Entry; readonly gone: Entry }): Promise<void> => {
    for (const [entry, status] of [
      [wiped, 'suspended'],
      [gone, 'revoked'],
    ] as const) {
      expect((await at.directory.history(entry.entryId)).map((each) => each.status)).toEqual(['active', status]);
      const rows = await ledger().of(entry.entryId);
      expect(rows.filter(({ state }) => state === 'done')).toHaveLength(1);
      expect(rows.filter(({ state }) => state === 'pending')).toEqual([]);
    }
    expect(await ledger().recent(at.clock.now())).toEqual({ suspend: 1, revoke: 1 });
    for await (const left of ledger().unfinished()) expect(left).toBeNull();
  };

  test.each(cuts)('cut $when write $write, the same plan again: each effect once', async (cut) => {
    const entries = await twoFaults();
    const plan = await at.plan();
    const died = applyPlan(portsOn(cutStore(at.store, cut)), plan, APPLY);
    await expect(died).rejects.toBeInstanceOf(ProcessDied);
    at.clock.advance(LOCK_MS);
    expect(await applyNow(plan)).toMatchObject({ done: 2, failed: 0, superseded: 0, busy: 0 });
    await expectOnce(entries);
    const rows = await auditOf();
    expect(rows.map(({ event, action }) => `${event} ${action.kind}`).sort()).toEqual([
      'effect revoke',
      'effect suspend',
      'released revoke',
      'released suspend',
    ]);
  });

  test.each(cuts)('cut $when write $write, a plan made anew: each effect once', async (cut) => {
    const entries = await twoFaults();
    const died = applyPlan(portsOn(cutStore(at.store, cut)), await at.plan(), APPLY);
    await expect(died).rejects.toBeInstanceOf(ProcessDied);
    at.clock.advance(LOCK_MS);
    await applyNow(await at.plan({ runId: 'run-2' }));
    // An effect that the first run had is found; the same reading revokes nothing.
    await expectOnceOrSettled(entries);
  });

  const expectOnceOrSettled = async ({
    wiped,
    gone,
  }: {
    readonly wiped: Entry;
    readonly gone: Entry;
  }): Promise<void> => {
    expect((await at.directory.history(wiped.entryId)).map(({ status }) => status)).toEqual(['active', 'suspended']);
    expect((await at.directory.history(gone.entryId)).map(({ status }) => status)).toEqual(['active', 'revoked']);
    for await (const left of ledger().unfinished()) expect(left).toBeNull();
    expect(await ledger().recent(at.clock.now())).toEqual({ suspend: 1, revoke: 1 });
  };

  test('two processes with one plan: each effect once', async () => {
    const entries = await twoFaults();
    const plan = await at.plan();
    await Promise.all([applyNow(plan), applyNow(plan), applyNow(plan)]);
    await applyNow(plan);
    await expectOnce(entries);
  });

  test('what a crash left and no plan asks for again is ended, not done', async () => {
    const { wiped } = await twoFaults();
    const died = applyPlan(portsOn(cutStore(at.store, { write: 1, when: 'after' })), await at.plan(), APPLY);
    await expect(died).rejects.toBeInstanceOf(ProcessDied);
    await at.device('jamf:1', [phoneOf(1)]);
    await at.device('intune:2', [phoneOf(2)]);
    await applyNow(await at.plan({ runId: 'run-2' }));
    for await (const left of ledger().unfinished()) expect(left).toBeNull();
    expect(await statusOf(wiped)).toMatchObject({ status: 'active' });
    // It can be planned again.
    await at.device('jamf:1', [phoneOf(1)], { state: 'wipe-pending' });
    await applyNow(await at.plan({ runId: 'run-3' }));
    expect(await statusOf(wiped)).toMatchObject({ status: 'suspended', revision: 2 });
  });
});
