/** Finds a line's carrier in the policy: by its home network, and by the name that the MDM shows. */
import type { Line } from '../device/managed-device';
import { remember } from './remember';
import type { CarrierPolicy } from './schema';

export interface CarrierMatch {
  /** The entry that counts; null where none or two match. */
  readonly carrier: CarrierPolicy | null;
  /** The home network and the name point to two entries that say different things. */
  readonly conflict: readonly [CarrierPolicy, CarrierPolicy] | null;
}

export interface CarrierTable {
  find(line: Pick<Line, 'homePlmn' | 'carrier'>): CarrierMatch;
}

const NO_MATCH: CarrierMatch = { carrier: null, conflict: null };

/**
 * Never by the visited network (facts/rcs-carrier.md §0.9). A name may be a brand on another carrier's network, whose
 * encryption it does not share: where both are listed and differ, neither is believed.
 */
export function makeCarrierTable(carriers: readonly CarrierPolicy[]): CarrierTable {
  const byPlmn = new Map<string, CarrierPolicy>();
  const byName = new Map<string, CarrierPolicy>();
  const matches = new Map<CarrierPolicy, CarrierMatch>();
  for (const carrier of carriers) {
    for (const plmn of carrier.plmns) byPlmn.set(sixDigits(plmn), carrier);
    for (const name of [carrier.name, ...carrier.names]) byName.set(plainName(name), carrier);
    matches.set(carrier, { carrier, conflict: null });
  }
  const named = remember((name) => byName.get(plainName(name)) ?? null);
  return {
    find({ homePlmn, carrier }) {
      const network = homePlmn === null ? undefined : byPlmn.get(sixDigits(homePlmn));
      const brand = carrier === null ? null : named(carrier);
      if (network === undefined) return brand === null ? NO_MATCH : (matches.get(brand) ?? NO_MATCH);
      if (brand === null || brand === network) return matches.get(network) ?? NO_MATCH;
      return isSameAnswer(network, brand)
        ? (matches.get(brand) ?? NO_MATCH)
        : { carrier: null, conflict: [network, brand] };
    },
  };
}

function isSameAnswer(one: CarrierPolicy, other: CarrierPolicy): boolean {
  return (
    one.endToEndEncryption === other.endToEndEncryption && one.minimumCarrierSettings === other.minimumCarrierSettings
  );
}

/** 234-15 and 234-015 are one network: the MNC is padded to three digits, as in host names (facts/rcs-carrier.md §1.3). */
export function sixDigits(plmn: string): string {
  return plmn.length === 5 ? `${plmn.slice(0, 3)}0${plmn.slice(3)}` : plmn;
}

/** Without case, spaces and punctuation: `T-Mobile`, `T-MOBILE` and `t mobile` are one name. */
export function plainName(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}
