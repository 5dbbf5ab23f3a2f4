/** Looks for what is valid and yet wrong in a policy: contradictions, what has run out, what nobody can reach. */
import { applyOverrides } from './apply-overrides';
import { checkAndroid } from './checks/check-android';
import { checkApple } from './checks/check-apple';
import { checkApps } from './checks/check-apps';
import { checkCarriers } from './checks/check-carriers';
import { checkExceptions, checkGrace } from './checks/check-exceptions';
import type { PolicyFinding } from './checks/finding';
import { checkGroups } from './checks/check-groups';
import type { OsCatalog } from './os-catalog';
import type { EffectivePolicy, Policy, PolicyOverrides } from './schema';

export type { PolicyFinding } from './checks/finding';

/**
 * @param catalog what the release feed says; null where there is none: then nothing is said about reach.
 * @param now milliseconds since the epoch.
 */
export function checkPolicy(policy: Policy, catalog: OsCatalog | null, now: number): PolicyFinding[] {
  return [
    ...checkSettings(policy, '', EVERYTHING, catalog, now),
    ...checkCarriers(policy.carriers, now),
    ...checkGroups(policy),
    ...policy.groups.flatMap(({ overrides }, at) =>
      checkSettings(applyOverrides(policy, overrides), `groups[${at}].overrides.`, overrides, catalog, now),
    ),
    ...checkExceptions(policy, now),
  ];
}

type Part = keyof PolicyOverrides;

const EVERYTHING: Readonly<Partial<Record<Part, unknown>>> = { apple: true, android: true, apps: true, grace: true };

/** @param written the parts that this place of the file speaks of; the others are judged where they stand. */
function checkSettings(
  settings: EffectivePolicy,
  prefix: string,
  written: Readonly<Partial<Record<Part, unknown>>>,
  catalog: OsCatalog | null,
  now: number,
): PolicyFinding[] {
  return [
    ...(written.apple === undefined ? [] : checkApple(settings.apple, `${prefix}apple`, catalog)),
    ...(written.android === undefined ? [] : checkAndroid(settings.android, `${prefix}android`, now)),
    ...(written.apps === undefined ? [] : checkApps(settings.apps, `${prefix}apps`)),
    ...(written.grace === undefined ? [] : checkGrace(settings, `${prefix}grace`)),
  ];
}
