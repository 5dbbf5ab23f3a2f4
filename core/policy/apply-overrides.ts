/** The settings of a group: the policy's, with what the group writes put over them. */
import type { AppPolicy, EffectivePolicy, Policy, PolicyOverrides } from './schema';

/**
 * Setting by setting: what an override does not write stays as it is, so that no minimum is lost by naming another one;
 * `null` takes a minimum away. Security minimums are put over train by train, apps by platform and id.
 */
export function applyOverrides(policy: Policy, over: PolicyOverrides): EffectivePolicy {
  const { securityMinimums, ...apple } = over.apple ?? {};
  const { securityPatch, ...android } = over.android ?? {};
  const { rules, ...grace } = over.grace ?? {};
  return {
    ...policy,
    unknownIs: over.unknownIs ?? policy.unknownIs,
    reporting: put(policy.reporting, over.reporting),
    apple: {
      ...put(policy.apple, apple),
      securityMinimums: put(policy.apple.securityMinimums, securityMinimums),
    },
    android: { ...put(policy.android, android), securityPatch: put(policy.android.securityPatch, securityPatch) },
    integrity: put(policy.integrity, over.integrity),
    apps: over.apps === undefined ? policy.apps : putApps(policy.apps, over.apps),
    rcsAllowed: put(policy.rcsAllowed, over.rcsAllowed),
    lines: put(policy.lines, over.lines),
    grace: { ...put(policy.grace, grace), rules: put(policy.grace.rules, rules) },
  };
}

type Over<T> = { readonly [K in keyof T]?: T[K] | null | undefined };

function put<T extends object>(base: T, over: Over<T> | undefined): T {
  if (over === undefined) return base;
  const merged: T = { ...base };
  for (const [key, value] of Object.entries(over)) {
    if (value === null) Reflect.deleteProperty(merged, key);
    else if (value !== undefined) Reflect.set(merged, key, value);
  }
  return merged;
}

function putApps(base: readonly AppPolicy[], over: readonly AppPolicy[]): AppPolicy[] {
  const isSame = (one: AppPolicy, other: AppPolicy): boolean => one.id === other.id && one.platform === other.platform;
  return [
    ...base.map((app) => over.find((other) => isSame(app, other)) ?? app),
    ...over.filter((app) => !base.some((other) => isSame(app, other))),
  ];
}
