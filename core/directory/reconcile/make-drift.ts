/** Puts a judgement together with whom it is about. */
import type { Line } from '../../device/managed-device';
import { redactPhone } from '../../device/redact-phone';
import type { DeviceRecord } from '../../sweep/device-record';
import type { PublishedHead } from '../records';
import { check } from './drift';
import type { Drift, Evidence, Fault } from './drift';
import type { BadRow } from './read-entry-row';
import { connectorOf } from './same-phone';

/** @param entry verified. @param record of the device it is bound to. */
export function driftOfEntry({ kind, checks }: Fault, entry: PublishedHead, record: DeviceRecord | null): Drift {
  const { entryId, deviceKey, revision, status } = entry;
  const tombstone = kind === 'orphaned-key' ? (record?.head.tombstone ?? null) : null;
  return {
    kind,
    connectorId: connectorOf(deviceKey),
    deviceKey,
    entryId,
    phone: redactPhone(entry.phone),
    line: null,
    revision,
    status,
    confirmed: tombstone === null ? null : { runId: tombstone.run, at: tombstone.at },
    evidence: { entryId, deviceKey, checks, times: timesOf(entry, record) },
  };
}

/** Nothing that such a row says of itself is repeated: it may be another's words. */
export function driftOfBadRow(
  { entryId, fault, digest }: BadRow,
  partition: string,
  record: DeviceRecord | null,
): Drift {
  const deviceKey = record?.head.key ?? null;
  const checks = [check('jws', fault, 'valid'), check('row', digest, null)];
  return {
    kind: 'bad-signature',
    connectorId: partition.slice(0, partition.indexOf('|')),
    deviceKey,
    entryId,
    phone: null,
    line: null,
    revision: null,
    status: null,
    confirmed: null,
    evidence: { entryId, deviceKey, checks, times: timesOf(null, record) },
  };
}

export function driftOfLine({ slot, phone }: Line, record: DeviceRecord): Drift {
  const { connectorId, deviceKey } = record.device;
  const redacted = redactPhone(phone ?? '');
  return {
    kind: 'missing-key',
    connectorId,
    deviceKey,
    entryId: null,
    phone: redacted,
    line: slot,
    revision: null,
    status: null,
    confirmed: null,
    evidence: {
      entryId: null,
      deviceKey,
      checks: [check('directory.entry', null, redacted)],
      times: timesOf(null, record),
    },
  };
}

function timesOf(entry: PublishedHead | null, record: DeviceRecord | null): Evidence['times'] {
  return {
    observedAt: record?.head.observedAt ?? null,
    lastSeenAt: record?.head.lastSeenAt ?? null,
    enrolledAt: record?.device.enrollment.enrolledAt ?? null,
    boundAt: entry?.enrolledAt ?? null,
    changedAt: entry?.changedAt ?? null,
  };
}
