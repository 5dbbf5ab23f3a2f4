/** A directory and a fleet on one store, to be spoiled row by row. */
import type { DeviceKey, E164, IsoTime, Line, ManagedDevice } from '../../../../../core/device/managed-device';
import { deviceKey } from '../../../../../core/device/managed-device';
import type { Duplicate } from '../../../../../core/device/identity-join';
import type { EntityStore } from '../../../../../core/ports/entity-store';
import type { Entry } from '../../../../../core/directory/entry';
import { locateDevice } from '../../../../../core/directory/locate';
import { DEFAULT_PAGE_SIZE, reconcile } from '../../../../../core/directory/reconcile/reconcile';
import type { ReconcilePorts } from '../../../../../core/directory/reconcile/reconcile';
import type { Drift } from '../../../../../core/directory/reconcile/drift';
import { planRun } from '../../../../../core/directory/reconcile/plan-run';
import type { EndedRun, PlanRunPorts } from '../../../../../core/directory/reconcile/plan-run';
import type { Plan } from '../../../../../core/directory/reconcile/plan';
import { surveyFleet } from '../../../../../core/directory/reconcile/survey';
import { REMEMBERS_NOTHING } from '../../../../../core/directory/reconcile/verified-memory';
import { encodeDevice } from '../../../../../core/sweep/device-record';
import type { DeviceHead } from '../../../../../core/sweep/device-record';
import { TABLES } from '../../../../../core/sweep/tables';
import { makePhoneKey, openDirectoryFixture } from '../../../../support/directory-fixture';
import type { DirectoryFixture } from '../../../../support/directory-fixture';
import { makeDevice } from '../../../../support/make-device';

export const ENROLLED = '2026-01-01T00:00:00.000Z' as IsoTime;
export const CONNECTORS = ['intune', 'jamf'];

export const line = (phone: string | null, slot = 1): Line => ({
  slot,
  phone: phone as E164 | null,
  phoneRaw: phone,
  iccid: null,
  eid: null,
  imei: null,
  carrier: null,
  homePlmn: null,
  carrierSettings: null,
  roaming: null,
});

/** A number reserved for fiction, one for each n below 1,000,000. */
export const phoneOf = (n: number): string =>
  `+1${200 + Math.floor(n / 10000)}555${String(n % 10000).padStart(4, '0')}`;

export function makeHead(device: ManagedDevice, changes: Partial<DeviceHead> = {}): DeviceHead {
  return {
    v: 1,
    key: device.deviceKey,
    seen: { run: 'run-1', page: 'devices-0' },
    firstSeenAt: ENROLLED,
    observedAt: device.observedAt,
    enrolledAt: device.enrollment.enrolledAt,
    lastSeenAt: device.enrollment.lastSeenAt,
    standing: 'ready',
    firstUnknown: null,
    reporting: true,
    cannotUpdate: false,
    compliance: 'compliant',
    changed: null,
    joinKeys: [],
    missing: null,
    tombstone: null,
    ...changes,
  };
}

export type DeviceChanges = Partial<ManagedDevice> & { readonly state?: ManagedDevice['enrollment']['state'] };

export interface ReconcileFixture extends DirectoryFixture {
  readonly duplicates: Map<DeviceKey, Duplicate>;
  readonly reconcilePorts: ReconcilePorts;
  device(
    key: string,
    phones: readonly (string | null)[],
    changes?: DeviceChanges,
    head?: Partial<DeviceHead>,
  ): Promise<void>;
  removeDevice(key: string): Promise<void>;
  entry(key: string, phone: string, more?: { readonly publicKey?: string; readonly notAfter?: string }): Promise<Entry>;
  /** All drift, in its order. */
  drift(changes?: Partial<ReconcilePorts>): Promise<readonly Drift[]>;
  kinds(): Promise<readonly string[]>;
  plan(run?: Partial<EndedRun>, ports?: Partial<PlanRunPorts>): Promise<Plan>;
  /** Writes past the directory, as an intruder would. */
  tamper(entry: Entry, change: (body: string) => string): Promise<void>;
}

export async function openReconcileFixture(store?: (store: EntityStore) => EntityStore): Promise<ReconcileFixture> {
  const fixture = await openDirectoryFixture();
  const duplicates = new Map<DeviceKey, Duplicate>();
  const { ports } = fixture;
  const where = (key: string) => locateDevice(key as DeviceKey, ports.buckets)!;
  const reconcilePorts: ReconcilePorts = {
    store: store === undefined ? fixture.store : store(fixture.store),
    clock: fixture.clock,
    keyByKid: fixture.keyByKid,
    verified: REMEMBERS_NOTHING,
    buckets: ports.buckets,
    corporateLines: ({ lines }) => lines,
  };
  const drift = async (changes: Partial<ReconcilePorts> = {}): Promise<readonly Drift[]> => {
    const all = { ...reconcilePorts, ...changes };
    const survey = await surveyFleet(
      { store: all.store, pageSize: all.pageSize ?? DEFAULT_PAGE_SIZE, now: fixture.clock.now() },
      CONNECTORS,
    );
    const found: Drift[] = [];
    for await (const each of reconcile(all, { connectorIds: CONNECTORS, duplicates }, survey)) found.push(each);
    return found;
  };
  return {
    ...fixture,
    duplicates,
    reconcilePorts,
    drift,
    kinds: async () => (await drift()).map(({ kind }) => kind),
    async device(key, phones, { state, ...changes } = {}, head = {}) {
      const [connectorId = '', vendorId = ''] = key.split(':');
      const lines = phones.map((phone, at) => line(phone, at + 1));
      const plain = makeDevice(vendorId, {
        connectorId,
        deviceKey: deviceKey(connectorId, vendorId),
        lines,
        ...changes,
      });
      const device = state === undefined ? plain : { ...plain, enrollment: { ...plain.enrollment, state } };
      const { partition, row } = where(key);
      const body = encodeDevice({ head: makeHead(device, head), device });
      await fixture.store.batch(TABLES.devices, partition, [{ kind: 'upsert', row, body }]);
    },
    async removeDevice(key) {
      const { partition, row } = where(key);
      await fixture.store.batch(TABLES.devices, partition, [{ kind: 'delete', row }]);
    },
    async entry(key, phone, { publicKey = makePhoneKey(), notAfter } = {}) {
      const request = { phone, deviceKey: key, publicKey, ...(notAfter === undefined ? {} : { notAfter }) };
      return (await fixture.directory.publish(request)).entry;
    },
    plan: (run = {}, more = {}) =>
      planRun(
        { ...reconcilePorts, ...more },
        {
          runId: 'run-1',
          state: 'complete',
          brakes: [],
          connectors: CONNECTORS.map((connectorId) => ({ connectorId, complete: true })),
          duplicates,
          ...run,
        },
      ),
    async tamper(entry, change) {
      const { partition, row } = where(entry.device.deviceKey);
      const key = { partition, row: `e!${row}!${entry.entryId}` };
      const { body } = (await fixture.store.get('directoryentries', key))!;
      await fixture.store.batch('directoryentries', partition, [{ kind: 'upsert', row: key.row, body: change(body) }]);
    },
  };
}
