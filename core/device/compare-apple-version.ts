/**
 * Versions of iOS and iPadOS: ordered as Apple ships them, not as text. Rules: facts/rcs-carrier.md §4.1.
 * A background security improvement `(a)` stands after its base version and before the next; betas and release
 * candidates stand before the release of the same number.
 */

export interface AppleVersion {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
  /** 0 beta, 1 release candidate, 2 release. */
  readonly stage: 0 | 1 | 2;
  /** Number of the beta or candidate; 0 where none is given. */
  readonly stageNo: number;
  /** Letter of a background security improvement as 1–26; 0 for none. */
  readonly improvement: number;
}

/** The letter stands in brackets in Jamf Pro and GDMF and alone in a device's own status: `26.3.1 (a)`, `26.3.1 a`. */
const GRAMMAR =
  /^(?:iOS|iPadOS)?\s*(\d{1,3})(?:\.(\d{1,3}))?(?:\.(\d{1,3}))?\s*(?:\(([a-z])\)|(?<=\s)([a-z])(?![a-z]))?\s*(?:(beta|RC)\s*(\d{1,3})?)?$/i;
/** Intune prints the build behind the version: `11.2.1 (20D74)` (facts/peers.md §5). */
const BUILD_SUFFIX = /\s*\(\d{2}[A-Z]\d+[a-z]?\)$/;
const FIRST_YEAR_NUMBER = 26;
const LAST_RUNNING_NUMBER = 18;

/** A fleet knows some hundred version strings, however many phones it has. */
const parsed = new Map<string, AppleVersion | null>();
const MAX_PARSED = 2000;

/** @returns null for what is no version, and for 19 to 25, which never existed: unknown, not "newer than 18". */
export function parseAppleVersion(text: string | null | undefined): AppleVersion | null {
  if (text === null || text === undefined) return null;
  const known = parsed.get(text);
  if (known !== undefined) return known;
  const version = read(text);
  if (parsed.size >= MAX_PARSED) parsed.clear();
  parsed.set(text, version);
  return version;
}

function read(text: string): AppleVersion | null {
  const match = GRAMMAR.exec(text.trim().replace(BUILD_SUFFIX, ''));
  if (match === null) return null;
  const [, major = '', minor = '0', patch = '0', bracketed, bare, stage, stageNo = '0'] = match;
  const letter = bracketed ?? bare;
  const number = Number(major);
  if (number < 1 || (number > LAST_RUNNING_NUMBER && number < FIRST_YEAR_NUMBER)) return null;
  return {
    major: number,
    minor: Number(minor),
    patch: Number(patch),
    stage: stage === undefined ? 2 : stage.toLowerCase() === 'rc' ? 1 : 0,
    stageNo: Number(stageNo),
    improvement: letter === undefined ? 0 : letter.toLowerCase().charCodeAt(0) - 96,
  };
}

/** A version and its extra where they are two fields: `(a)` in Jamf Pro and GDMF, `a` in a device's own status. */
export function joinAppleVersion(version: string, extra: string | null | undefined): string {
  const letter = /^\(?([a-z])\)?$/i.exec(extra?.trim() ?? '')?.[1];
  return letter === undefined ? version : `${version} (${letter.toLowerCase()})`;
}

/** Negative, zero or positive, as for sort. A total order. */
export function compareAppleVersions(one: AppleVersion, other: AppleVersion): number {
  return (
    one.major - other.major ||
    one.minor - other.minor ||
    one.patch - other.patch ||
    one.stage - other.stage ||
    one.stageNo - other.stageNo ||
    one.improvement - other.improvement
  );
}

/** One spelling per version: equal versions give equal text, which parses to the same version again. */
export function formatAppleVersion({ major, minor, patch, stage, stageNo, improvement }: AppleVersion): string {
  const base = patch === 0 ? `${major}.${minor}` : `${major}.${minor}.${patch}`;
  const letter = improvement === 0 ? '' : ` (${String.fromCharCode(96 + improvement)})`;
  const pre = stage === 2 ? '' : ` ${stage === 1 ? 'RC' : 'beta'}${stageNo === 0 ? '' : ` ${stageNo}`}`;
  return base + letter + pre;
}
