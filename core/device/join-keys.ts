/** By what the same phone is recognised in two records: serial, IMEIs, UDID and the secondary id, each under its kind. */
import { cleanGuid, cleanImei, cleanSerial } from './device-identifiers';
import type { ManagedDevice } from './managed-device';

const GUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/**
 * The keys as text, e.g. `serial:F2LX…`. Phone numbers never join: they move from phone to phone. Placeholders, masked
 * values and zero GUIDs never join either; a connector has made them null, and they are looked at once more here.
 */
export function joinKeyTexts(device: ManagedDevice): string[] {
  const keys: string[] = [];
  const serial = cleanSerial(device.serial);
  if (serial !== null) keys.push(`serial:${serial.toUpperCase()}`);
  // The fifteenth digit is a check digit, which some MDMs leave out or replace by a software version.
  for (const each of device.imeis) {
    const imei = cleanImei(each);
    if (imei !== null) keys.push(`imei:${imei.slice(0, 14)}`);
  }
  const udid = cleanSerial(device.udid);
  if (udid !== null) keys.push(`udid:${udid.toUpperCase()}`);
  // Only an id that is unique in the world may join: a number of one server means another device on the next.
  const id = cleanGuid(device.secondaryId);
  if (id !== null && GUID.test(id)) keys.push(`id:${id}`);
  return keys;
}

/** The same keys as 32-bit hashes: what is kept of a million phones while their duplicates are looked for. */
export function joinKeys(device: ManagedDevice): number[] {
  return joinKeyTexts(device).map(hashKey);
}

/**
 * FNV-1a with a final mix, as a signed 32-bit integer. Among five million keys some thousand meet by chance: those are
 * told apart when the keys themselves are compared.
 */
export function hashKey(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
