/** The SIMs of a phone: one or two lines, their numbers, carriers and whether they roam. */
import { hash32 } from '../kit/seeded';
import { carrierOf, visitedBy } from './carriers';
import type { Carrier } from './carriers';
import { isCellular, modemOf } from './draw-hardware';
import { eidOf, iccidOf, imeiOf } from './identifiers';
import { ordinalOf } from './phone-identity';
import type { PhoneIndex } from './phone-identity';
import { ukNumber, usNumber } from './phone-numbers';
import type { SyntheticDevice, SyntheticSim } from './synthetic-device';

const STREAM = { sims: 20, carrier: 21, number: 22, settings: 23, roaming: 24 } as const;

/** Of every eight phones five are American, two British, one German. */
function countryOf(ordinal: number): Carrier['country'] {
  const at = ordinal % 8;
  return at < 5 ? 'US' : at < 7 ? 'GB' : 'DE';
}

/** @returns no SIM for a computer, a tablet without modem and one phone in fifty; two for 15 % of the phones. */
export function drawSims(
  seed: number,
  phone: PhoneIndex,
  platform: SyntheticDevice['platform'],
): readonly SyntheticSim[] {
  if (!isCellular(seed, phone, platform)) return [];
  const roll = hash32(seed, STREAM.sims, phone) % 100;
  if (roll < 2) return [];
  const country = countryOf(ordinalOf(phone));
  const first = drawSim(seed, phone, 1, country, platform);
  if (roll < 85 || platform === 'ipados') return [first];
  // The second SIM is of another country on every third dual-SIM phone: two lines, two verdicts.
  return [first, drawSim(seed, phone, 2, roll % 3 === 0 && country === 'US' ? 'GB' : country, platform)];
}

function drawSim(
  seed: number,
  phone: PhoneIndex,
  slot: number,
  country: Carrier['country'],
  platform: SyntheticDevice['platform'],
): SyntheticSim {
  const modem = modemOf(phone, slot);
  const carrier = carrierOf(country, hash32(seed, STREAM.carrier, modem));
  const roaming = hash32(seed, STREAM.roaming, modem) % 100 < 3;
  const current = roaming ? visitedBy(carrier) : carrier;
  return {
    slot,
    phone: drawNumber(seed, phone, slot, country, platform),
    iccid: iccidOf(carrier.iccidPrefix, modem),
    eid: platform === 'android' ? null : eidOf(phone),
    imei: imeiOf(modem),
    carrier: carrier.name,
    mcc: carrier.mcc,
    mnc: carrier.mnc,
    carrierSettings: platform === 'android' ? null : drawSettings(carrier, hash32(seed, STREAM.settings, modem)),
    roaming,
    currentMcc: current.mcc,
    currentMnc: current.mnc,
  };
}

/** German SIMs here carry no number (no range of theirs is ours to use), nor do some others: more on Android. */
function drawNumber(
  seed: number,
  phone: PhoneIndex,
  slot: number,
  country: Carrier['country'],
  platform: SyntheticDevice['platform'],
): string | null {
  if (country === 'DE') return null;
  if (hash32(seed, STREAM.number, modemOf(phone, slot)) % 100 < (platform === 'android' ? 12 : 4)) return null;
  const ordinal = ordinalOf(phone);
  const owner = phone % 3;
  const place = ordinal >> 3;
  const at = ordinal % 8;
  // Numbers are counted out, not drawn, so that they do not repeat before their range is used up.
  if (country === 'US')
    return usNumber(slot === 1 ? (place * 5 + at) * 3 + owner : 12_000 + (place * 5 + at) * 3 + owner);
  return slot === 1
    ? ukNumber((place * 2 + at - 5) * 3 + owner)
    : ukNumber(999 - (((place * 8 + at) * 3 + owner) % 999));
}

function drawSettings(carrier: Carrier, hash: number): string | null {
  const roll = hash % 100;
  if (roll < 3) return null;
  return carrier.settings[roll < 70 ? 0 : roll < 92 ? 1 : 2] ?? null;
}
