/**
 * Which phone is behind a record of an MDM. Mostly a phone of its own; sometimes one that another MDM manages too, or
 * one that was enrolled before and left its old record behind.
 */
import { chance } from '../kit/seeded';
import type { Mdm } from './synthetic-device';

/** A phone of the whole company: one number for (MDM that owns it, ordinal there). */
export type PhoneIndex = number;

const MDMS: readonly Mdm[] = ['jamf', 'intune', 'workspace-one'];
const STREAM_SHARED = 1;
/** Share of the ordinals that are one phone in two MDMs, for each of the three pairs. */
const SHARE_PER_PAIR = 0.01;
/** Of every so many records one is the leftover of the next record's phone. */
const LEFTOVER_EVERY = 101;
const LEFTOVER_AT = 50;

/** Two MDMs that both manage the phone; the first one owns it. */
const PAIRS: readonly (readonly [owner: Mdm, other: Mdm])[] = [
  ['jamf', 'intune'],
  ['intune', 'workspace-one'],
  ['jamf', 'workspace-one'],
];

/** Whether the record is an earlier enrollment of the phone behind the next ordinal. */
export function isLeftover(ordinal: number): boolean {
  return ordinal % LEFTOVER_EVERY === LEFTOVER_AT;
}

/** @returns the pair of MDMs that share the phone at this ordinal; null where it is in one only. */
export function sharedBy(seed: number, ordinal: number): readonly [owner: Mdm, other: Mdm] | null {
  if (isLeftover(ordinal)) return null;
  return PAIRS[Math.floor(chance(seed, STREAM_SHARED, ordinal) / SHARE_PER_PAIR)] ?? null;
}

/** @returns the phone behind the record. Records with equal numbers are the same phone. */
export function phoneBehind(seed: number, mdm: Mdm, ordinal: number): PhoneIndex {
  const enrolled = isLeftover(ordinal) ? ordinal + 1 : ordinal;
  const pair = sharedBy(seed, enrolled);
  const owner = pair?.includes(mdm) === true ? pair[0] : mdm;
  return enrolled * MDMS.length + MDMS.indexOf(owner);
}

/** The MDM that decides what kind of phone it is. */
export function ownerOf(phone: PhoneIndex): Mdm {
  return MDMS[phone % MDMS.length] ?? 'jamf';
}

/** Ordinal of the phone in the MDM that owns it. */
export function ordinalOf(phone: PhoneIndex): number {
  return Math.floor(phone / MDMS.length);
}

/** Whether two MDMs manage the phone: such a phone must be of a platform that both know. */
export function isShared(seed: number, phone: PhoneIndex): boolean {
  const pair = sharedBy(seed, ordinalOf(phone));
  return pair !== null && pair[0] === ownerOf(phone);
}
