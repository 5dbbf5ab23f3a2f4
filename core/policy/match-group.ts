/** Which group of the policy a phone belongs to. A group is a predicate over what the inventory gives; the first match counts. */
import type { ManagedDevice } from '../device/managed-device';
import type { PolicyGroup } from './schema';

export type GroupMatcher = (device: ManagedDevice) => boolean;

/** Conditions are joined by AND, the values of one condition by OR. */
export function makeGroupMatcher({ where }: PolicyGroup): GroupMatcher {
  const checks: GroupMatcher[] = [];
  const among = (values: readonly string[] | undefined, read: (device: ManagedDevice) => string | null): void => {
    if (values === undefined) return;
    const set = new Set(values.map((value) => value.toLowerCase()));
    checks.push((device) => {
      const value = read(device);
      return value !== null && set.has(value.toLowerCase());
    });
  };
  among(where.connector, ({ connectorId }) => connectorId);
  among(where.platform, ({ platform }) => platform);
  among(where.ownership, ({ management }) => management.ownership);
  among(where.organizationGroup, ({ management }) => management.organizationGroup);
  among(where.category, ({ management }) => management.category);
  among(where.enrollmentProfile, ({ management }) => management.enrollmentProfile);
  if (where.mdmGroup !== undefined) {
    const names = new Set(where.mdmGroup.map((name) => name.toLowerCase()));
    checks.push(({ management }) => management.groups?.some((group) => names.has(group.toLowerCase())) === true);
  }
  if (where.users !== undefined) {
    const users = new Set(where.users.map((user) => user.toLowerCase()));
    checks.push(({ user }) => [user.name, user.email].some((each) => each !== null && users.has(each.toLowerCase())));
  }
  return (device) => checks.every((check) => check(device));
}
