/** What an Apple build number tells: the channel of an iPhone or iPad build. Rules: facts/rcs-carrier.md §4.1. */

export type BuildChannel = 'release' | 'beta' | 'improvement' | 'other-platform' | 'unknown';

interface AppleBuild {
  /** 22 is iOS 18, 23 iOS 26, 24 iOS 27. */
  readonly line: number;
  readonly letter: string;
  readonly number: number;
  readonly suffix: string;
}

const GRAMMAR = /^(\d{2})([A-Z])(\d{1,7})([a-z])?$/;

export function parseAppleBuild(text: string | null | undefined): AppleBuild | null {
  const match = GRAMMAR.exec(text?.trim() ?? '');
  if (match === null) return null;
  const [, line = '', letter = '', number = '', suffix = ''] = match;
  return { line: Number(line), letter, number: Number(number), suffix };
}

/** Letters from here on belong to tvOS (`23L773`), watchOS (`23T570`, `23U67`) and others. */
const FIRST_FOREIGN_LETTER = 'J';
/** macOS 26; a letter as for iPhones (`25G83`). A later iOS of this line has to be told apart here when it comes. */
const MACOS_LINE = 25;

/**
 * Beta phones report the final version string; only the build tells them apart: a number from 5000 to 5999 with a
 * letter behind it is a beta, one from 100 000 on with a letter a background security improvement. What fits no rule is
 * unknown, never "release".
 */
export function buildChannel(text: string | null | undefined): BuildChannel {
  const build = parseAppleBuild(text);
  if (build === null) return 'unknown';
  if (build.letter >= FIRST_FOREIGN_LETTER || build.line === MACOS_LINE) return 'other-platform';
  const inBetaRange = build.number >= 5000 && build.number <= 5999;
  if (build.suffix === '') return inBetaRange ? 'unknown' : 'release';
  if (build.number >= 100_000) return 'improvement';
  return inBetaRange ? 'beta' : 'unknown';
}

/** 23F6077 and 23F77 are one release: a build number 6xxx without suffix is the same as 6000 less. */
export function isSameRelease(one: string, other: string): boolean {
  const [left, right] = [parseAppleBuild(one), parseAppleBuild(other)];
  if (left === null || right === null) return false;
  return (
    left.line === right.line &&
    left.letter === right.letter &&
    left.suffix === right.suffix &&
    canonicalNumber(left) === canonicalNumber(right)
  );
}

/**
 * Order inside one letter of one line, where betas come before the releases; null across letters and lines, since
 * letters do not order releases.
 */
export function compareAppleBuilds(one: string, other: string): number | null {
  const [left, right] = [parseAppleBuild(one), parseAppleBuild(other)];
  if (left === null || right === null || left.line !== right.line || left.letter !== right.letter) return null;
  const isBeta = (text: string): boolean => buildChannel(text) === 'beta';
  if (isBeta(one) !== isBeta(other)) return isBeta(one) ? -1 : 1;
  return (
    canonicalNumber(left) - canonicalNumber(right) ||
    (left.suffix < right.suffix ? -1 : left.suffix > right.suffix ? 1 : 0)
  );
}

function canonicalNumber({ number, suffix }: AppleBuild): number {
  return suffix === '' && number >= 6000 && number <= 6999 ? number - 6000 : number;
}
