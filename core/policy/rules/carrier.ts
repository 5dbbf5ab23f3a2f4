import type { Line } from '../../device/managed-device';
import type { CarrierPolicy } from '../schema';
import { fail, pass, unknown } from './finding';
import type { Finding } from './finding';

export interface CarrierTable {
  find(line: Line): CarrierPolicy | null;
}

/** Home network first, then the carrier's name without case and punctuation; never the visited network. */
export function makeCarrierTable(carriers: readonly CarrierPolicy[]): CarrierTable {
  const byPlmn = new Map<string, CarrierPolicy>();
  const byName = new Map<string, CarrierPolicy>();
  for (const carrier of carriers) {
    for (const plmn of carrier.plmns) byPlmn.set(plmn, carrier);
    for (const name of [carrier.name, ...carrier.names]) byName.set(plain(name), carrier);
  }
  return {
    find({ homePlmn, carrier }) {
      const network = homePlmn === null ? undefined : byPlmn.get(homePlmn);
      return network ?? (carrier === null ? undefined : byName.get(plain(carrier))) ?? null;
    },
  };
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

/** The line's carrier has switched encryption on, and the phone holds new enough carrier settings. */
export function carrierReady(line: Line, table: CarrierTable): Finding {
  const shownCarrier = line.carrier ?? line.homePlmn;
  if (shownCarrier === null) return unknown(null, 'encryption on', 'The MDM does not show the carrier of this line.');
  const carrier = table.find(line);
  if (carrier === null) return unknown(shownCarrier, 'encryption on', 'The policy does not list this carrier.');
  const since = carrier.date === undefined ? '' : `, as of ${carrier.date}`;
  switch (carrier.endToEndEncryption) {
    case 'no':
      return fail(
        carrier.name,
        'encryption on',
        `${carrier.name} has not switched encryption on${since}. Only the carrier can.`,
      );
    case 'unknown':
      return unknown(
        carrier.name,
        'encryption on',
        `Nobody has established whether ${carrier.name} has switched encryption on.`,
      );
    case 'yes':
      break;
  }
  const minimum = carrier.minimumCarrierSettings;
  if (minimum === undefined)
    return pass(carrier.name, 'encryption on', `${carrier.name} has switched encryption on${since}.`);
  const required = `carrier settings ${minimum}`;
  if (line.carrierSettings === null)
    return unknown(null, required, 'The MDM does not show the carrier settings of this line.');
  const difference = compareDotted(line.carrierSettings, minimum);
  if (difference === null)
    return unknown(line.carrierSettings, required, 'The version of the carrier settings cannot be compared.');
  return difference >= 0
    ? pass(
        line.carrierSettings,
        required,
        `${carrier.name} has switched encryption on and the carrier settings are new enough.`,
      )
    : fail(
        line.carrierSettings,
        required,
        `The carrier settings of ${carrier.name} have to be updated (Settings, General, About).`,
      );
}

/** Numbers part by part; null where one is no dotted number. */
function compareDotted(one: string, other: string): number | null {
  if (!/^\d+(\.\d+)*$/.test(one) || !/^\d+(\.\d+)*$/.test(other)) return null;
  const [left, right] = [one.split('.').map(Number), other.split('.').map(Number)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
