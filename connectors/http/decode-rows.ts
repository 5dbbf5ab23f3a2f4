/** Validates and maps the rows of a page one by one, so that one bad row is one quarantined row. */
import type { z } from 'zod';
import type { ManagedDevice } from '../../core/device/managed-device';
import type { DecodedPage, Quarantined } from '../../core/ports/inventory-source';

export interface RowDecoder<Row> {
  readonly schema: z.ZodType<Row>;
  /** The vendor's id of a row that does not parse, as far as it can be read. */
  idOf(row: object): unknown;
  map(row: Row): ManagedDevice;
}

export function decodeRows<Row>(rows: readonly unknown[], decoder: RowDecoder<Row>): DecodedPage {
  const devices = new Map<string, ManagedDevice>();
  const quarantined: Quarantined[] = [];
  let duplicates = 0;
  for (const row of rows) {
    const parsed = decoder.schema.safeParse(row);
    if (!parsed.success) {
      quarantined.push({ vendorId: readId(row, decoder), reason: reasonFor(parsed.error) });
      continue;
    }
    const device = decoder.map(parsed.data);
    if (devices.has(device.vendorId)) duplicates += 1;
    devices.set(device.vendorId, device);
  }
  return { devices: [...devices.values()], apps: [], quarantined, duplicates };
}

function readId<Row>(row: unknown, decoder: RowDecoder<Row>): string | null {
  if (typeof row !== 'object' || row === null) return null;
  const id = decoder.idOf(row);
  return typeof id === 'string' || typeof id === 'number' ? String(id) : null;
}

/** Names the field and what was expected there; never the value, which may be personal. */
export function reasonFor(error: z.ZodError): string {
  const issue = error.issues[0];
  return issue === undefined ? 'does not parse' : `${issue.path.join('.') || 'row'}: ${issue.message}`;
}
