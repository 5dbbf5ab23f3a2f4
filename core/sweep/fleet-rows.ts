/** The present fleet as rows of a report: every record with its verdict, and which records are one phone. */
import { findDuplicates, joinCandidate, makeHashCollector } from '../device/identity-join';
import type { Duplicate, JoinCandidate } from '../device/identity-join';
import type { DeviceKey, ManagedDevice } from '../device/managed-device';
import type { Verdict } from '../policy/verdict';
import type { DeviceHead } from './device-record';
import type { SweepPorts } from './ports';

export interface JudgedRow {
  readonly device: ManagedDevice;
  readonly verdict: Verdict;
  /** Set on the record that is not counted. */
  readonly duplicate: Duplicate | null;
}

type Ports = Pick<SweepPorts, 'devices' | 'sources' | 'judge'>;

/**
 * Verdicts are computed again from the stored devices, at the moment of the run: they are what the run found, since
 * evaluation is pure.
 * @param now the moment of the run, milliseconds since the epoch.
 */
export async function* fleetRows(ports: Ports, now: number): AsyncGenerator<JudgedRow> {
  const duplicates = await duplicatesOf(ports);
  for (const [connectorId, source] of ports.sources) {
    for await (const rows of ports.devices.rows(connectorId)) {
      for (const row of rows) {
        if (row.head.tombstone !== null) continue;
        const device = ports.devices.device(row);
        yield {
          device,
          verdict: ports.judge.evaluate(device, now, source.sourceFields),
          duplicate: duplicates.get(device.deviceKey) ?? null,
        };
      }
    }
  }
}

/**
 * Which records are another record of a phone that counts already.
 * @param gone also looks at records of phones that are gone: one that left one MDM may live on in another.
 */
export async function duplicatesOf(
  { devices, sources }: Ports,
  { gone = false }: { readonly gone?: boolean } = {},
): Promise<ReadonlyMap<DeviceKey, Duplicate>> {
  const counts = ({ tombstone }: DeviceHead): boolean => gone || tombstone === null;
  const collector = makeHashCollector();
  for (const connectorId of sources.keys()) {
    for await (const rows of devices.heads(connectorId)) {
      for (const { head } of rows) if (counts(head)) collector.add(head.joinKeys);
    }
  }
  const repeated = collector.repeated();
  if (repeated.size === 0) return new Map();
  const suspects: JoinCandidate[] = [];
  for (const connectorId of sources.keys()) {
    for await (const rows of devices.heads(connectorId)) {
      const wanted = rows.filter(({ head }) => counts(head) && head.joinKeys.some((hash) => repeated.has(hash)));
      for (const row of await devices.complete(wanted)) suspects.push(joinCandidate(devices.device(row), repeated));
    }
  }
  return findDuplicates(suspects);
}
