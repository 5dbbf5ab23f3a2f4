import { loadConfig } from '../../config/load-config';
import { SILENT } from '../../core/ports/telemetry';
import { decodeDevice } from '../../core/sweep/device-record';
import { openMuster } from '../../main';

/** Every device record of a state with what was judged of it, but for the moments of reading it, by device key. */
export async function fleetOf(config: string): Promise<ReadonlyMap<string, unknown>> {
  const muster = await openMuster(await loadConfig(config, process.env), { telemetry: SILENT });
  try {
    const devices = new Map<string, unknown>();
    for (const connectorId of muster.ports.sources.keys()) {
      for await (const rows of muster.ports.devices.rows(connectorId)) {
        for (const { entity, head } of rows) {
          const { standing, firstUnknown, reporting, cannotUpdate, compliance, joinKeys, missing, tombstone } = head;
          devices.set(head.key, {
            device: { ...decodeDevice(entity.body), observedAt: null },
            judged: { standing, firstUnknown, reporting, cannotUpdate, compliance, joinKeys, missing, tombstone },
          });
        }
      }
    }
    return devices;
  } finally {
    muster.close();
  }
}
