/** Looks for what is valid and yet wrong in a policy: contradictions, what has run out, what nobody can reach. */
import { makeModelIndex } from '../device/attainable-version';
import { compareAppleVersions, formatAppleVersion, parseAppleVersion } from '../device/compare-apple-version';
import { exceptionEnd } from './exceptions';
import type { OsCatalog } from './os-catalog';
import type { Policy } from './schema';

export interface PolicyFinding {
  readonly severity: 'error' | 'warning';
  /** Dotted path inside the file. */
  readonly path: string;
  readonly message: string;
}

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;
/** Bulletins became quarterly: younger limits raise false alarms (facts/rcs-carrier.md §4.2). */
const SENSIBLE_PATCH_AGE = 100;

/** @param now milliseconds since the epoch. */
export function checkPolicy(policy: Policy, catalog: OsCatalog | null, now: number): PolicyFinding[] {
  return [
    ...checkApple(policy.apple, 'apple', catalog),
    ...policy.groups.flatMap(({ overrides }, at) =>
      overrides.apple === undefined ? [] : checkApple(overrides.apple, `groups[${at}].overrides.apple`, catalog),
    ),
    ...checkAndroid(policy),
    ...checkApps(policy),
    ...checkCarriers(policy),
    ...checkGroups(policy),
    ...checkExceptions(policy, now),
  ];
}

function warning(path: string, message: string): PolicyFinding {
  return { severity: 'warning', path, message };
}

function problem(path: string, message: string): PolicyFinding {
  return { severity: 'error', path, message };
}

function checkApple(apple: Policy['apple'], path: string, catalog: OsCatalog | null): PolicyFinding[] {
  const findings: PolicyFinding[] = [];
  const feature = parseAppleVersion(apple.featureMinimum);
  const models = catalog === null ? null : [...makeModelIndex(catalog)].filter(([model]) => model.startsWith('iPhone'));
  for (const [train, text] of Object.entries(apple.securityMinimums)) {
    const at = `${path}.securityMinimums.${train}`;
    const minimum = parseAppleVersion(text);
    if (minimum === null) continue;
    if (minimum.major !== Number(train)) {
      findings.push(
        problem(
          at,
          `${text} belongs to train ${minimum.major}, not ${train}: no phone of train ${train} could ever pass`,
        ),
      );
    } else if (feature !== null && feature.major === minimum.major && compareAppleVersions(minimum, feature) < 0) {
      findings.push(
        warning(
          at,
          `${text} lies below the feature minimum ${formatAppleVersion(feature)} of the same train and has no effect`,
        ),
      );
    }
    if (
      models !== null &&
      minimum.major === Number(train) &&
      models.every(([, highest]) => compareAppleVersions(highest, minimum) < 0)
    ) {
      findings.push(problem(at, `no iPhone of the release feed can reach ${text}`));
    }
  }
  if (feature !== null && models !== null && models.length > 0) {
    const cannot = models.filter(([, highest]) => compareAppleVersions(highest, feature) < 0);
    if (cannot.length === models.length) {
      findings.push(
        problem(`${path}.featureMinimum`, `no iPhone of the release feed can reach ${formatAppleVersion(feature)}`),
      );
    } else if (cannot.length > 0) {
      findings.push(
        warning(
          `${path}.featureMinimum`,
          `${cannot.length} iPhone models can never reach ${formatAppleVersion(feature)}; their phones are listed as "cannot update"`,
        ),
      );
    }
  }
  if (
    feature !== null &&
    compareAppleVersions(feature, { major: 26, minor: 5, patch: 0, stage: 2, stageNo: 0, improvement: 0 }) < 0
  ) {
    findings.push(
      warning(
        `${path}.featureMinimum`,
        'encrypted RCS begins with iOS 26.5; phones below it would be called ready and cannot be',
      ),
    );
  }
  return findings;
}

function checkAndroid({ android }: Policy): PolicyFinding[] {
  const age = android.securityPatch.maxAgeDays;
  if (age === undefined || age >= SENSIBLE_PATCH_AGE) return [];
  return [
    warning(
      'android.securityPatch.maxAgeDays',
      `bulletins are quarterly by now: ${age} days raise false alarms, ${SENSIBLE_PATCH_AGE} or more do not`,
    ),
  ];
}

function checkApps({ apps }: Policy): PolicyFinding[] {
  const findings: PolicyFinding[] = [];
  const seen = new Map<string, { track: string; at: number }>();
  apps.forEach(({ id, platform, track, minimum, evidence }, at) => {
    const before = seen.get(`${platform}/${id}`);
    if (before !== undefined) {
      const clash = before.track !== 'any' && track !== 'any' && before.track !== track;
      findings.push(
        clash
          ? problem(`apps[${at}]`, `${id} is asked to be both "${before.track}" and "${track}": no phone can pass`)
          : warning(`apps[${at}]`, `${id} stands twice`),
      );
    }
    seen.set(`${platform}/${id}`, { track, at });
    if (minimum?.versionCode !== undefined && minimum.versionCode % 1000 !== 0) {
      findings.push(
        warning(
          `apps[${at}].minimum.versionCode`,
          'the last three digits tell the variant, not the release; they are ignored',
        ),
      );
    }
    if (minimum !== undefined && evidence === undefined) {
      findings.push(warning(`apps[${at}].evidence`, 'say where the minimum comes from: no vendor publishes one'));
    }
  });
  return findings;
}

function checkCarriers({ carriers }: Policy): PolicyFinding[] {
  const findings: PolicyFinding[] = [];
  const owners = new Map<string, string>();
  carriers.forEach((carrier, at) => {
    if (carrier.endToEndEncryption === 'yes' && (carrier.evidence === undefined || carrier.date === undefined)) {
      findings.push(warning(`carriers[${at}]`, `"yes" for ${carrier.name} needs evidence and a date`));
    }
    for (const plmn of carrier.plmns) {
      const owner = owners.get(plmn);
      if (owner !== undefined) findings.push(problem(`carriers[${at}].plmns`, `${plmn} belongs to ${owner} already`));
      owners.set(plmn, carrier.name);
    }
  });
  return findings;
}

function checkGroups({ groups }: Policy): PolicyFinding[] {
  const findings: PolicyFinding[] = [];
  const seen = new Map<string, string>();
  groups.forEach(({ name, where, overrides }, at) => {
    const key = JSON.stringify(where);
    const before = seen.get(key);
    if (before !== undefined)
      findings.push(problem(`groups[${at}]`, `never applies: "${before}" above has the same condition`));
    seen.set(key, name);
    if (Object.values(where).some((values) => values?.length === 0)) {
      findings.push(problem(`groups[${at}].where`, 'an empty list matches no phone'));
    }
    if (Object.values(overrides).every((value) => value === undefined)) {
      findings.push(warning(`groups[${at}].overrides`, 'overrides nothing'));
    }
  });
  return findings;
}

function checkExceptions({ exceptions }: Policy, now: number): PolicyFinding[] {
  return exceptions.flatMap(({ rule, expires }, at): PolicyFinding[] => {
    const left = exceptionEnd(expires) - now;
    if (left < 0)
      return [warning(`exceptions[${at}]`, `the exception from ${rule} expired on ${expires} and no longer applies`)];
    if (left < SOON_DAYS * DAY_MS)
      return [warning(`exceptions[${at}]`, `the exception from ${rule} expires on ${expires}`)];
    return [];
  });
}
