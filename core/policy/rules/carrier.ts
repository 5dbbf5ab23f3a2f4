import type { Line, Platform } from '../../device/managed-device';
import type { CarrierTable } from '../carrier-table';
import type { CarrierPolicy } from '../schema';
import { fail, pass, unknown } from './finding';
import type { Finding } from './finding';

const REQUIRED = 'encryption on';
const NO_CARRIER = unknown(null, REQUIRED, 'The MDM does not show the carrier of this line.');

/** Judges one line: its carrier has switched encryption on, and the phone holds new enough carrier settings. */
export type JudgeLine = (line: Line, platform: Platform) => Finding;

/** Only the carrier can switch encryption on; the policy states what is known of it, by whom and since when. */
export function carrierEncryption(table: CarrierTable, carriers: readonly CarrierPolicy[]): JudgeLine {
  const judges = new Map(carriers.map((carrier) => [carrier, carrierJudge(carrier)]));
  return (line, platform) => {
    const shown = line.carrier ?? line.homePlmn;
    if (shown === null) return NO_CARRIER;
    const { carrier, conflict } = table.find(line);
    if (conflict !== null) {
      const [network, brand] = conflict;
      return unknown(
        shown,
        REQUIRED,
        `The home network is listed under ${network.name}, the name under ${brand.name}, and the two differ.`,
      );
    }
    const judge = carrier === null ? undefined : judges.get(carrier);
    return judge === undefined
      ? unknown(shown, REQUIRED, 'The policy does not list this carrier.')
      : judge(line, platform);
  };
}

function carrierJudge({ name, endToEndEncryption, date, minimumCarrierSettings }: CarrierPolicy): JudgeLine {
  const since = date === undefined ? '' : `, as of ${date}`;
  switch (endToEndEncryption) {
    case 'no': {
      const off = fail(name, REQUIRED, `${name} has not switched encryption on${since}. Only the carrier can.`);
      return () => off;
    }
    case 'unknown': {
      const open = unknown(name, REQUIRED, `Nobody has established whether ${name} has switched encryption on.`);
      return () => open;
    }
    case 'yes': {
      const on = pass(name, REQUIRED, `${name} has switched encryption on${since}.`);
      if (minimumCarrierSettings === undefined) return () => on;
      const settings = settingsJudge(name, minimumCarrierSettings);
      // Carrier settings are a thing of iPhones (facts/rcs-carrier.md §5): Android phones have none to compare.
      return (line, platform) => (platform === 'ios' ? settings(line, platform) : on);
    }
  }
}

function settingsJudge(name: string, minimum: string): JudgeLine {
  const required = `carrier settings ${minimum}`;
  const source = 'carrierSettings';
  const unseen = {
    ...unknown(
      null,
      required,
      `${name} has switched encryption on, but the MDM shows no carrier settings of this line.`,
    ),
    source,
  } as const;
  return ({ carrierSettings: settings }) => {
    if (settings === null) return unseen;
    const difference = compareDotted(settings, minimum);
    if (difference === null) {
      return { ...unknown(settings, required, 'The version of the carrier settings cannot be compared.'), source };
    }
    return difference >= 0
      ? {
          ...pass(settings, required, `${name} has switched encryption on; the carrier settings are new enough.`),
          source,
        }
      : {
          ...fail(settings, required, `The carrier settings of ${name} have to be updated (Settings, General, About).`),
          source,
        };
  };
}

/** Numbers part by part, missing parts zero; null where one is no dotted number (facts/rcs-carrier.md §5). */
function compareDotted(one: string, other: string): number | null {
  if (!/^\d+(\.\d+)*$/.test(one) || !/^\d+(\.\d+)*$/.test(other)) return null;
  const [left, right] = [one.split('.').map(Number), other.split('.').map(Number)];
  for (let at = 0; at < Math.max(left.length, right.length); at += 1) {
    const difference = (left[at] ?? 0) - (right[at] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
