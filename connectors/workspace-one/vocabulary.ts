/**
 * The words of Workspace ONE in ours. They differ from call to call (`C`, `CORPORATE`, `CorporateDedicated`), so they are
 * compared by their letters and digits alone; a word that is not known is `unknown`, never a guess.
 * Tables: facts/workspace-one.md §2.2.
 */
import type { EnrollmentState, ManagementMode, Ownership, Platform } from '../../core/device/managed-device';

const folded = new Map<string, string>();
const MAX_FOLDED = 1_000;

/** Letters and digits in lower case; remembered, since a fleet uses a few words a million times. */
function fold(word: string): string {
  const known = folded.get(word);
  if (known !== undefined) return known;
  const result = word.toLowerCase().replace(/[^a-z0-9]/g, '');
  if (folded.size < MAX_FOLDED) folded.set(word, result);
  return result;
}

const ENROLLMENT: Readonly<Record<string, EnrollmentState>> = {
  enrolled: 'enrolled',
  enrollmentinprogress: 'pending',
  discovered: 'pending',
  registered: 'pending',
  enterprisewipepending: 'retire-pending',
  retireinitiated: 'retire-pending',
  devicewipepending: 'wipe-pending',
  devicewipeinitiated: 'wipe-pending',
  wipeinitiated: 'wipe-pending',
  unenrolled: 'unenrolled',
};

/** @returns `unknown` for absent and for other words, such as EnrollmentBlocked. */
export function enrollmentState(word: string | null): EnrollmentState {
  return word === null ? 'unknown' : (ENROLLMENT[fold(word)] ?? 'unknown');
}

const OWNERSHIP: Readonly<Record<string, Ownership>> = {
  c: 'corporate',
  corporate: 'corporate',
  corporatededicated: 'corporate',
  s: 'corporate',
  shared: 'corporate',
  corporateshared: 'corporate',
  e: 'personal',
  employee: 'personal',
  employeeowned: 'personal',
};

export function ownership(word: string | null): Ownership {
  return word === null ? 'unknown' : (OWNERSHIP[fold(word)] ?? 'unknown');
}

const PLATFORMS: Readonly<Record<string, Platform>> = {
  apple: 'ios',
  appleios: 'ios',
  ios: 'ios',
  ipados: 'ipados',
  android: 'android',
  appleosx: 'macos',
  macos: 'macos',
  winrt: 'windows',
  windows: 'windows',
  windows10: 'windows',
  windows11: 'windows',
};

/** `Apple` is iPhone, iPad and iPod touch alike: the model tells them apart. */
export function platform(word: string | null, model: string | null): Platform {
  const found = word === null ? 'other' : (PLATFORMS[fold(word)] ?? 'other');
  if (found !== 'ios' || model === null) return found;
  if (/^ipad/i.test(model)) return 'ipados';
  return /^(?:ipod|apple ?tv)/i.test(model) ? 'other' : 'ios';
}

export function isApple(found: Platform): boolean {
  return found === 'ios' || found === 'ipados' || found === 'macos';
}

/** 1 is management by MDM; the other numbers are not published (facts/workspace-one.md §2.2). */
const MANAGED_BY_MDM = '1';

/**
 * What the row can tell for certain. It has no word for work profile, fully managed, dedicated or user enrollment:
 * an unsupervised Apple phone of the company under MDM is device-enrolled, everything else stays unknown.
 */
export function managementMode(
  found: Platform,
  supervised: boolean | null,
  owner: Ownership,
  managedBy: string | null,
): ManagementMode {
  if (found !== 'ios' && found !== 'ipados') return 'unknown';
  if (supervised === true) return 'supervised';
  return supervised === false && owner === 'corporate' && managedBy === MANAGED_BY_MDM ? 'device' : 'unknown';
}

/** Whether an app is there, by `installed_status`. Null for other words: they are about orders, not about the phone. */
export function isInstalled(status: string | null): boolean | null {
  switch (status === null ? '' : fold(status)) {
    case 'installed':
      return true;
    case 'notinstalled':
    case 'removed':
    case 'uninstalled':
      return false;
    default:
      return null;
  }
}
