/** Exceptions of the policy: who is excused from which rule, why, and until when. They change compliance, never readiness. */
import type { ManagedDevice } from '../device/managed-device';
import type { Policy } from './schema';

export interface ExceptionFinder {
  /** The reason of the exception in force; null where there is none. */
  reasonFor(rule: string, device: ManagedDevice, group: string | null, now: number): string | null;
}

/** An exception lasts to the end of its day, UTC. */
export function exceptionEnd(expires: string): number {
  return Date.parse(`${expires}T23:59:59.999Z`);
}

export function makeExceptions({ exceptions }: Pick<Policy, 'exceptions'>): ExceptionFinder {
  const entries = exceptions.map((exception) => ({
    rule: exception.rule,
    reason: exception.reason,
    end: exceptionEnd(exception.expires),
    group: exception.group ?? null,
    devices: new Set(exception.devices),
    serials: new Set(exception.serials.map((serial) => serial.toUpperCase())),
    users: new Set(exception.users.map((user) => user.toLowerCase())),
  }));
  return {
    reasonFor(rule, device, group, now) {
      for (const entry of entries) {
        if (entry.rule !== rule || now > entry.end) continue;
        const { name, email } = device.user;
        const covered =
          (entry.group !== null && entry.group === group) ||
          entry.devices.has(device.deviceKey) ||
          (device.serial !== null && entry.serials.has(device.serial.toUpperCase())) ||
          (name !== null && entry.users.has(name.toLowerCase())) ||
          (email !== null && entry.users.has(email.toLowerCase()));
        if (covered) return entry.reason;
      }
      return null;
    },
  };
}
