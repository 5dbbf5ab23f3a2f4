/** By what the same phone is recognised in two records: serial, IMEIs, UDID and the secondary id, each under its kind. */
import type { ManagedDevice } from './managed-device';

/**
 * The keys as text, e.g. `serial:F2LX…`. Phone numbers never join: they move from phone to phone. Placeholders, masked
 * values and zero GUIDs are null by the time they get here (device-identifiers.ts).
 */
export function joinKeyTexts(device: ManagedDevice): string[] {
  const keys: string[] = [];
  if (device.serial !== null) keys.push(`serial:${device.serial.toUpperCase()}`);
  for (const imei of device.imeis) keys.push(`imei:${imei.slice(0, 14)}`);
  if (device.udid !== null) keys.push(`udid:${device.udid.toUpperCase()}`);
  if (device.secondaryId !== null) keys.push(`id:${device.secondaryId}`);
  return keys;
}

/** The same keys as 53-bit hashes: what is kept of a million phones while their duplicates are looked for. */
export function joinKeys(device: ManagedDevice): number[] {
  return joinKeyTexts(device).map(hash53);
}

/** Two multiplicative hashes of 32 and 21 bits side by side; collisions are resolved by comparing the keys themselves. */
export function hash53(text: string): number {
  let low = 0x811c9dc5;
  let high = 0x9747b28c;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x01000193);
    high = Math.imul(high ^ code, 0x5bd1e995);
    high ^= high >>> 15;
  }
  return (high & 0x1fffff) * 0x1_0000_0000 + (low >>> 0);
}
