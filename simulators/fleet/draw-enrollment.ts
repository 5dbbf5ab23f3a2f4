/** How one MDM manages a phone: mode, ownership, state, times, user and groups. Belongs to the record, not to the phone. */
import { hash32 } from '../kit/seeded';
import { guidOf } from './identifiers';
import { isLeftover } from './phone-identity';
import type { PhoneIndex } from './phone-identity';
import type { Mdm, SyntheticDevice } from './synthetic-device';
import { draw, weighted } from './weighted';

type Mode = SyntheticDevice['mode'];
type State = SyntheticDevice['enrollment'];
type Platform = SyntheticDevice['platform'];

const STREAM = { mode: 30, state: 31, seen: 32, enrolled: 33, user: 34, place: 35, jail: 36, inventory: 37 } as const;
const USER_GUIDS = 40;

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

const APPLE_MODES: Readonly<Record<Mdm, readonly Mode[]>> = {
  jamf: weighted<Mode>([
    ['supervised', 84],
    ['device', 9],
    ['user-enrollment', 7],
  ]),
  intune: weighted<Mode>([
    ['supervised', 70],
    ['device', 12],
    ['user-enrollment', 18],
  ]),
  'workspace-one': weighted<Mode>([
    ['supervised', 74],
    ['device', 14],
    ['user-enrollment', 12],
  ]),
};

const ANDROID_MODES: readonly Mode[] = weighted<Mode>([
  ['fully-managed', 47],
  ['work-profile', 28],
  ['corporate-work-profile', 15],
  ['dedicated', 10],
]);

const STATES: Readonly<Record<Mdm, readonly State[]>> = {
  // Jamf Pro knows managed or not, nothing between (facts/jamf-pro.md §4.5).
  jamf: weighted<State>([
    ['enrolled', 98],
    ['unenrolled', 2],
  ]),
  intune: weighted<State>([
    ['enrolled', 194],
    ['pending', 2],
    ['wipe-pending', 2],
    ['retire-pending', 2],
  ]),
  'workspace-one': weighted<State>([
    ['enrolled', 191],
    ['pending', 2],
    ['wipe-pending', 2],
    ['retire-pending', 2],
    ['unenrolled', 3],
  ]),
};

const ORGANIZATION_GROUPS: readonly string[] = weighted([
  ['Head Office', 30],
  ['Field Service', 40],
  ['Retail', 25],
  ['Executives', 5],
]);

export function modeOf(seed: number, mdm: Mdm, phone: PhoneIndex, platform: Platform): Mode {
  if (platform === 'windows') return 'device';
  return draw(platform === 'android' ? ANDROID_MODES : APPLE_MODES[mdm], hash32(seed, STREAM.mode, phone));
}

/** @param salt seed of this MDM's records. */
export function stateOf(salt: number, mdm: Mdm, ordinal: number): State {
  return draw(STATES[mdm], hash32(salt, STREAM.state, ordinal));
}

/**
 * When the MDM last heard of the device: within a day for most, within two weeks for some, for 4 % months ago.
 * @returns milliseconds since the epoch.
 */
export function seenAt(salt: number, ordinal: number, now: number): number {
  const hash = hash32(salt, STREAM.seen, ordinal);
  if (isLeftover(ordinal)) return now - 300 * DAY - (hash % (100 * DAY));
  const roll = hash % 100;
  const spread = hash32(salt, STREAM.seen + 100, ordinal);
  if (roll < 88) return now - (spread % DAY);
  if (roll < 96) return now - DAY - (spread % (13 * DAY));
  return now - 30 * DAY - Math.floor((spread / 0x1_0000_0000) * 170 * DAY);
}

/**
 * When the MDM last took inventory, never after it heard of the device; 0 where it never did (pending enrollments).
 * @returns milliseconds since the epoch; one in eight to a tenth of a second, whose fraction servers print with one digit.
 */
export function inventoryTime(salt: number, mdm: Mdm, ordinal: number, now: number): number {
  if (stateOf(salt, mdm, ordinal) === 'pending') return 0;
  const hash = hash32(salt, STREAM.inventory, ordinal);
  // Intune takes inventory every seven days (facts/intune-graph.md §1.4), the others with most check-ins.
  const age = hash % (mdm === 'intune' ? 7 * DAY : HOUR);
  const at = seenAt(salt, ordinal, now) - age;
  return hash % 8 === 0 ? at - (at % 100) : at;
}

export type EnrollmentFields = Pick<
  SyntheticDevice,
  'enrolledAt' | 'jailbroken' | 'user' | 'organizationGroup' | 'category' | 'enrollmentProfile' | 'groups'
>;

export interface EnrollmentInput {
  readonly seed: number;
  readonly salt: number;
  readonly ordinal: number;
  readonly phone: PhoneIndex;
  readonly platform: Platform;
  readonly mode: Mode;
  readonly lastSeenAt: number;
}

export function drawEnrollment(input: EnrollmentInput): EnrollmentFields {
  const { seed, salt, ordinal, phone, platform, mode, lastSeenAt } = input;
  const jail = hash32(salt, STREAM.jail, ordinal) % 1000;
  const organizationGroup = draw(ORGANIZATION_GROUPS, hash32(salt, STREAM.place, ordinal));
  return {
    enrolledAt: enrolledTime(salt, ordinal, lastSeenAt),
    jailbroken: jail < 2 ? true : jail < 30 ? null : false,
    user: drawUser(seed, phone, mode),
    organizationGroup,
    category: mode === 'dedicated' ? 'Shared' : isPersonal(mode) ? 'BYOD' : 'Corporate',
    enrollmentProfile: PROFILE_NAMES[mode],
    groups: GROUP_LISTS[platform],
  };
}

/** The phone belongs to the person, not to the company. */
export function isPersonal(mode: Mode): boolean {
  return mode === 'work-profile' || mode === 'user-enrollment';
}

/** A leftover was enrolled before its successor; a successor after its leftover was last heard of. */
function enrolledTime(salt: number, ordinal: number, lastSeenAt: number): number {
  const hash = hash32(salt, STREAM.enrolled, ordinal);
  const isSuccessor = ordinal > 1 && isLeftover(ordinal - 1);
  if (isSuccessor) return lastSeenAt - DAY - (hash % (45 * DAY));
  return lastSeenAt - 5 * DAY - Math.floor((hash / 0x1_0000_0000) * 700 * DAY);
}

/** Shared devices have no user, nor has one other phone in twenty. */
function drawUser(seed: number, phone: PhoneIndex, mode: Mode): SyntheticDevice['user'] {
  if (mode === 'dedicated' || hash32(seed, STREAM.user, phone) % 20 === 0) return null;
  const name = `user${phone}`;
  return { id: guidOf(seed, USER_GUIDS, phone), name, email: `${name}@example.com` };
}

const PROFILE_NAMES: Readonly<Record<Mode, string>> = {
  supervised: 'Corporate iPhones',
  device: 'Device enrollment',
  'user-enrollment': 'Bring your own iPhone',
  'fully-managed': 'Corporate Android',
  'work-profile': 'Bring your own Android',
  'corporate-work-profile': 'Corporate Android with personal use',
  dedicated: 'Scanners and kiosks',
};

const GROUP_LISTS: Readonly<Record<Platform, readonly string[]>> = {
  ios: ['All devices', 'All iPhones'],
  ipados: ['All devices', 'All iPads'],
  android: ['All devices', 'All Android phones'],
  windows: ['All devices', 'All computers'],
};
