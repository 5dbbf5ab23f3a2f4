/** Which group of the policy a phone belongs to. A group is a predicate over what the inventory gives; the first match counts. */
import type { ManagedDevice } from '../device/managed-device';
import type { PolicyGroup } from './schema';

export type GroupMatcher = (device: ManagedDevice) => boolean;

/** The values of one condition, compared without case; what the inventory does not show matches none. */
type Condition = readonly [values: readonly string[] | undefined, read: (device: ManagedDevice) => string | null];

/** Conditions are joined by AND, the values of one condition by OR. */
export function makeGroupMatcher({ where }: Pick<PolicyGroup, 'where'>): GroupMatcher {
  const single: readonly Condition[] = [
    [where.connector, ({ connectorId }) => connectorId],
    [where.platform, ({ platform }) => platform],
    [where.ownership, ({ management }) => management.ownership],
    [where.organizationGroup, ({ management }) => management.organizationGroup],
    [where.category, ({ management }) => management.category],
    [where.enrollmentProfile, ({ management }) => management.enrollmentProfile],
  ];
  const checks = single.flatMap(([values, read]): GroupMatcher[] => {
    if (values === undefined) return [];
    const wanted = lowerCase(values);
    return [
      (device) => {
        const value = read(device);
        return value !== null && wanted.has(value.toLowerCase());
      },
    ];
  });
  if (where.mdmGroup !== undefined) {
    const names = lowerCase(where.mdmGroup);
    checks.push(({ management }) => management.groups?.some((group) => names.has(group.toLowerCase())) === true);
  }
  if (where.users !== undefined) {
    const users = lowerCase(where.users);
    const isUser = (name: string | null): boolean => name !== null && users.has(name.toLowerCase());
    checks.push(({ user }) => isUser(user.name) || isUser(user.email));
  }
  return (device) => checks.every((check) => check(device));
}

function lowerCase(values: readonly string[]): ReadonlySet<string> {
  return new Set(values.map((value) => value.toLowerCase()));
}
