import type { Policy, PolicyGroup } from '../schema';
import { problem, warning } from './finding';
import type { PolicyFinding } from './finding';

type Where = PolicyGroup['where'];

/** Groups that no phone can belong to, or that change nothing. */
export function checkGroups({ groups, exceptions }: Pick<Policy, 'groups' | 'exceptions'>): PolicyFinding[] {
  return groups.flatMap((group, at) => {
    const path = `groups[${at}]`;
    const findings: PolicyFinding[] = [];
    for (const [condition, values] of Object.entries(group.where)) {
      if (values?.length === 0) findings.push(problem(`${path}.where.${condition}`, 'an empty list matches no phone'));
    }
    const shadow = groups.slice(0, at).find((earlier) => implies(group.where, earlier.where));
    if (shadow !== undefined) {
      findings.push(problem(path, `never applies: every phone of it belongs to "${shadow.name}" above`));
    }
    if (isIdle(group) && !exceptions.some(({ match }) => match.group === group.name)) {
      findings.push(warning(`${path}.overrides`, 'overrides nothing, and no exception speaks of the group'));
    }
    return [...findings, ...checkPlatform(group, path)];
  });
}

/** Every phone that satisfies `one` satisfies `other`: whatever `other` asks, `one` asks at least as narrowly. */
function implies(one: Where, other: Where): boolean {
  const asked = new Map(Object.entries(one).map(([key, values]) => [key, lowerCase(values ?? [])]));
  return Object.entries(other).every(([condition, values]) => {
    if (values === undefined) return true;
    const wide = new Set(lowerCase(values));
    const narrow = asked.get(condition);
    return narrow !== undefined && narrow.length > 0 && narrow.every((value) => wide.has(value));
  });
}

function lowerCase(values: readonly string[]): string[] {
  return values.map((value) => value.toLowerCase());
}

function isIdle({ overrides }: PolicyGroup): boolean {
  return Object.values(overrides).every((value) => value === undefined);
}

function checkPlatform({ where: { platform }, overrides }: PolicyGroup, path: string): PolicyFinding[] {
  if (platform === undefined) return [];
  return (
    [
      ['apple', 'ios'],
      ['android', 'android'],
    ] as const
  ).flatMap(([part, of]) =>
    overrides[part] !== undefined && platform.length > 0 && !platform.includes(of)
      ? [warning(`${path}.overrides.${part}`, 'has no effect: the group holds no such phones')]
      : [],
  );
}
