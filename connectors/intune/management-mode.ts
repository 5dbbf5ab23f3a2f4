/**
 * How an Intune device is managed, as far as v1.0 lets it be known. There a fully managed, a dedicated and a corporate
 * work-profile Android most likely all read `unknownFutureValue` (facts/intune-graph.md §1.2, §8.6): such a device stays
 * `unknown` unless a report or `Prefer: include-unknown-enum-members` gives it away.
 */
import type { ManagementMode, Ownership, Platform } from '../../core/device/managed-device';
import type { IntuneDevice } from './schema';

/** Exact and plain spellings of both APIs and of the reports ("Corporate"). */
const OWNERSHIP: Readonly<Record<string, Ownership>> = {
  company: 'corporate',
  corporate: 'corporate',
  personal: 'personal',
};

export function ownershipOf(type: string | null | undefined): Ownership {
  return OWNERSHIP[plain(type)] ?? 'unknown';
}

/** Enrolment types that say the mode by themselves; the Android ones exist in beta only. Keys are {@link plain}. */
const BY_ENROLLMENT: Readonly<Record<string, ManagementMode>> = {
  appleuserenrollment: 'user-enrollment',
  appleuserenrollmentwithserviceaccount: 'user-enrollment',
  androidenterprisededicateddevice: 'dedicated',
  androidenterprisefullymanaged: 'fully-managed',
  androidenterprisecorporateworkprofile: 'corporate-work-profile',
  androidaospuserownedenrollment: 'device',
  androidaospuserlessdeviceenrollment: 'device',
  androidaospuserlessenrollment: 'device',
};

/** What reports put in brackets behind the platform, e.g. `Android (Personally-Owned Work Profile)`: §1.4. */
const BY_REPORTED_OS: Readonly<Record<string, ManagementMode>> = {
  personallyownedworkprofile: 'work-profile',
  corporateownedworkprofile: 'corporate-work-profile',
  corporateownedfullymanaged: 'fully-managed',
  fullymanaged: 'fully-managed',
  corporateowneddedicateddevices: 'dedicated',
  corporateowneddedicated: 'dedicated',
  dedicated: 'dedicated',
  deviceadministrator: 'device',
  aosp: 'device',
};

export function modeOf(row: IntuneDevice, platform: Platform, ownership: Ownership): ManagementMode {
  const named = BY_ENROLLMENT[plain(row.deviceEnrollmentType)];
  switch (platform) {
    case 'ios':
    case 'ipados':
      if (row.isSupervised === true) return 'supervised';
      if (named !== undefined) return named;
      return isKnownType(row.deviceEnrollmentType) ? 'device' : 'unknown';
    case 'android':
      return named ?? BY_REPORTED_OS[bracketed(row.operatingSystem)] ?? personalAndroid(row, ownership);
    default:
      return isKnownType(row.deviceEnrollmentType) ? 'device' : 'unknown';
  }
}

/**
 * A personal Android under Google's policy controller has a work profile, and so has one with the name that Intune makes
 * for it (`user_AndroidForWork_10/17/2022_2:23 PM`). Anything else could be a device administrator's.
 */
function personalAndroid({ managementAgent, deviceName }: IntuneDevice, ownership: Ownership): ManagementMode {
  if (ownership !== 'personal') return 'unknown';
  const byController = plain(managementAgent) === 'googleclouddevicepolicycontroller';
  return byController || (deviceName ?? '').includes('_AndroidForWork_') ? 'work-profile' : 'unknown';
}

function isKnownType(type: string | null | undefined): boolean {
  const word = plain(type);
  return word !== '' && word !== 'unknown' && word !== 'unknownfuturevalue';
}

function bracketed(text: string | null | undefined): string {
  const open = text?.indexOf('(') ?? -1;
  return open < 0 ? '' : plain(text?.slice(open));
}

/**
 * May silence of the app inventory be read as "not installed"? Only on corporate Apple devices, of which Intune lists all
 * apps. On Android it never may: a work profile shows what runs inside it, while Messages lives on the personal side, AOSP
 * shows nothing, and what is seen of fully managed phones is not established (facts/intune-graph.md §1.6, §8.9).
 */
export function seesAllWatchedApps(platform: Platform, mode: ManagementMode, ownership: Ownership): boolean {
  const apple = platform === 'ios' || platform === 'ipados';
  return apple && ownership === 'corporate' && (mode === 'supervised' || mode === 'device');
}

const plainForms = new Map<string, string>();

/** Letters only, lower case: `Retire pending` and `retirePending` are one word. Remembered, since enums are few. */
export function plain(text: string | null | undefined): string {
  if (text === null || text === undefined) return '';
  let form = plainForms.get(text);
  if (form === undefined) {
    form = text.replace(/[^A-Za-z]/g, '').toLowerCase();
    // Open enums come from outside: a server that invents words must not fill the memory.
    if (plainForms.size >= 1000) plainForms.clear();
    plainForms.set(text, form);
  }
  return form;
}
