/** Organization groups by name: numeric id and UUID, the same in every answer. */
import { guidOf } from '../fleet/identifiers';

const GROUP_STREAM = 411;
const FIRST_ID = 1111;

export interface OrganizationGroup {
  readonly id: number;
  readonly uuid: string;
  readonly name: string;
}

export interface OrganizationGroups {
  named(name: string): OrganizationGroup;
  withId(id: number): OrganizationGroup | null;
}

/** Ids are given in the order in which names are met. */
export function makeOrganizationGroups(names: readonly string[]): OrganizationGroups {
  const byName = new Map<string, OrganizationGroup>();
  const named = (name: string): OrganizationGroup => {
    const known = byName.get(name);
    if (known !== undefined) return known;
    const n = byName.size;
    const group = { id: FIRST_ID + n, uuid: guidOf(0, GROUP_STREAM, n), name };
    byName.set(name, group);
    return group;
  };
  for (const name of names) named(name);
  return { named, withId: (id) => [...byName.values()].find((group) => group.id === id) ?? null };
}
