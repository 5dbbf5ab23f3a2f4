/** Exceptions of the policy: who is excused from which rule, why, and until when. They change compliance, never readiness. */
import type { ManagedDevice } from '../device/managed-device';
import { ruleFamily } from './rule-ids';
import type { EffectivePolicy } from './schema';

type Exception = EffectivePolicy['exceptions'][number];

export interface ExceptionFinder {
  /** The reason of the exception in force; null where there is none. @param now milliseconds since the epoch. */
  reasonFor(rule: string, device: ManagedDevice, now: number): string | null;
}

interface Entry {
  readonly reason: string;
  readonly end: number;
  readonly matches: (device: ManagedDevice) => boolean;
}

const NONE: readonly Entry[] = [];

/** An exception lasts to the end of its day, UTC; after that it no longer applies. Milliseconds since the epoch. */
export function exceptionEnd(expires: string): number {
  return Date.parse(`${expires}T23:59:59.999Z`);
}

/** @param group the group whose phones are judged; null for phones of none. */
export function makeExceptions(
  { exceptions }: Pick<EffectivePolicy, 'exceptions'>,
  group: string | null,
): ExceptionFinder {
  const byRule = new Map<string, Entry[]>();
  for (const exception of exceptions) {
    const entries = byRule.get(exception.rule) ?? [];
    entries.push({
      reason: exception.reason,
      end: exceptionEnd(exception.expires),
      matches: matcherOf(exception.match, group),
    });
    byRule.set(exception.rule, entries);
  }
  const find = (entries: readonly Entry[], device: ManagedDevice, now: number): string | null =>
    entries.find(({ end, matches }) => now <= end && matches(device))?.reason ?? null;
  return {
    reasonFor(rule, device, now) {
      if (byRule.size === 0) return null;
      const family = ruleFamily(rule);
      return (
        find(byRule.get(rule) ?? NONE, device, now) ??
        (family === rule ? null : find(byRule.get(family) ?? NONE, device, now))
      );
    },
  };
}

/** A phone is matched by any of the lists that the exception names. */
function matcherOf(match: Exception['match'], group: string | null): (device: ManagedDevice) => boolean {
  if (match.group !== undefined && match.group === group) return () => true;
  const keys: ReadonlySet<string> = new Set(match.deviceKeys);
  const serials = new Set(match.serials?.map((serial) => serial.toUpperCase()));
  const users = new Set(match.users?.map((user) => user.toLowerCase()));
  const isUser = (name: string | null): boolean => name !== null && users.has(name.toLowerCase());
  return ({ deviceKey, serial, user }) =>
    keys.has(deviceKey) ||
    (serials.size > 0 && serial !== null && serials.has(serial.toUpperCase())) ||
    (users.size > 0 && (isUser(user.name) || isUser(user.email)));
}
