/** The rules of one policy, or of one group of it, compiled for each platform. */
import { parseAppleVersion } from '../device/compare-apple-version';
import type { AppleVersion } from '../device/compare-apple-version';
import type { Line } from '../device/managed-device';
import type { CarrierTable } from './carrier-table';
import { corporateLines } from './corporate-lines';
import type { CorporateLine } from './corporate-lines';
import { makeExceptions } from './exceptions';
import type { ExceptionFinder } from './exceptions';
import { makeGraceCalendar } from './grace';
import type { GraceCalendar } from './grace';
import type { ReleaseIndex } from './release-index';
import { appChannel } from './rules/app-channel';
import { appMinimum } from './rules/app-minimum';
import { enrolled } from './rules/enrolled';
import type { PhoneRule } from './rules/finding';
import { keyAttested, keyPresent } from './rules/keys';
import { osBeta } from './rules/os-beta';
import { androidFeatureMinimum, appleFeatureMinimum } from './rules/os-feature-minimum';
import type { ReadAppleVersion } from './rules/os-feature-minimum';
import { osIntegrity } from './rules/os-integrity';
import { osSecurityMinimum } from './rules/os-security-minimum';
import { patchLevel } from './rules/patch-level';
import { rcsAllowed } from './rules/rcs-allowed';
import { remember } from './remember';
import { reporting } from './rules/reporting';
import type { EffectivePolicy } from './schema';

export interface RuleSet {
  /** Name of the group; null for the policy itself. */
  readonly group: string | null;
  readonly ios: readonly PhoneRule[];
  readonly android: readonly PhoneRule[];
  readonly isCorporate: (line: Line) => CorporateLine;
  readonly grace: GraceCalendar;
  readonly exceptions: ExceptionFinder;
  readonly unknownIs: EffectivePolicy['unknownIs'];
}

/** What all groups of a policy share. */
export interface RuleParts {
  readonly carriers: CarrierTable;
  readonly releases: ReleaseIndex | null;
}

/** @param group name of the group whose overrides `policy` holds; null for the policy itself. */
export function makeRuleSet(policy: EffectivePolicy, group: string | null, parts: RuleParts): RuleSet {
  const everyPhone = [enrolled, reporting(policy.reporting.maxAgeDays), osIntegrity(policy.integrity.allowJailbroken)];
  const last = [rcsAllowed(policy.rcsAllowed), keyPresent, keyAttested];
  const apps = (platform: 'ios' | 'android'): PhoneRule[] =>
    policy.apps.filter((app) => app.platform === platform).flatMap((app) => [appMinimum(app), appChannel(app)]);
  return {
    group,
    ios: [...everyPhone, ...appleRules(policy.apple, parts.releases), ...apps('ios'), ...last],
    android: [
      ...everyPhone,
      androidFeatureMinimum(policy.android.featureMinimum ?? null),
      patchLevel(policy.android.securityPatch),
      ...apps('android'),
      ...last,
    ],
    isCorporate: corporateLines(policy.lines, parts.carriers),
    grace: makeGraceCalendar(policy),
    exceptions: makeExceptions(policy, group),
    unknownIs: policy.unknownIs,
  };
}

function appleRules(apple: EffectivePolicy['apple'], releases: ReleaseIndex | null): PhoneRule[] {
  const read: ReadAppleVersion = remember(parseAppleVersion);
  const minimums = new Map<number, AppleVersion>();
  for (const [train, version] of Object.entries(apple.securityMinimums)) {
    const parsed = parseAppleVersion(version);
    if (parsed !== null) minimums.set(Number(train), parsed);
  }
  return [
    appleFeatureMinimum(parseAppleVersion(apple.featureMinimum), read, releases),
    osSecurityMinimum(minimums, read, releases),
    osBeta(apple.allowBeta, read),
  ];
}
