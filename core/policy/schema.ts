/** The policy file as a whole. Every problem of a file is listed at once, unknown keys with a suggestion. */
import * as z from 'zod';
import type { ConfigProblem } from '../errors';
import { nearestKey } from './nearest-key';
import { problemsOf } from './policy-problems';
import { knownRules } from './rule-ids';
import { app, carrier, date, overrides, predicate, settings, text } from './settings-schema';

export { MODES } from './settings-schema';

const exception = z.strictObject({
  rule: text.describe('A rule, or a family such as app.minimum.'),
  match: z
    .strictObject({
      deviceKeys: z.array(text).optional().describe('E.g. "jamf:123".'),
      serials: z.array(text).optional(),
      users: z.array(text).optional().describe('User names or e-mail addresses.'),
      group: text.optional().describe('A group of this file.'),
    })
    .refine((match) => Object.keys(match).length > 0, 'must name deviceKeys, serials, users or a group'),
  reason: text,
  expires: date.describe('Last day, UTC.'),
});

const shape = z.strictObject({
  version: z.literal(1),
  ...settings,
  carriers: z.array(carrier).default([]),
  groups: z.array(z.strictObject({ name: text, where: predicate, overrides: overrides.prefault({}) })).default([]),
  exceptions: z.array(exception).default([]),
});

/** What of a file is needed to see whether its names refer to something; whatever else is wrong with it. */
const references = z.looseObject({
  apps: z.array(app.pick({ id: true }).loose().catch({ id: '' })).catch([]),
  groups: z
    .array(
      z
        .looseObject({
          name: z.string().catch(''),
          overrides: z
            .looseObject({ apps: z.array(app.pick({ id: true }).loose().catch({ id: '' })).catch([]) })
            .catch({ apps: [] }),
        })
        .catch({ name: '', overrides: { apps: [] } }),
    )
    .catch([]),
  exceptions: z
    .array(
      z
        .looseObject({
          rule: z.string().catch(''),
          match: z.looseObject({ group: z.string().catch('') }).catch({ group: '' }),
        })
        .catch({ rule: '', match: { group: '' } }),
    )
    .catch([]),
  grace: z.looseObject({ rules: z.record(z.string(), z.unknown()).catch({}) }).catch({ rules: {} }),
});

export const policySchema = shape.superRefine(
  (value, context) => {
    const file = references.safeParse(value);
    if (!file.success) return;
    const { apps, groups, exceptions, grace } = file.data;
    const names = groups.map(({ name }) => name);
    const rules = knownRules([...apps, ...groups.flatMap((group) => group.overrides.apps)].map(({ id }) => id));
    const issue = (path: (string | number)[], message: string, near: string | null): void =>
      context.addIssue({
        code: 'custom',
        path,
        message,
        params: near === null ? {} : { hint: `Did you mean "${near}"?` },
      });
    names.forEach((name, at) => {
      if (name !== '' && names.indexOf(name) < at) issue(['groups', at, 'name'], `"${name}" is used twice`, null);
    });
    exceptions.forEach(({ rule, match: { group } }, at) => {
      if (rule !== '' && !rules.includes(rule)) {
        issue(['exceptions', at, 'rule'], `there is no rule "${rule}"`, nearestKey(rule, rules));
      }
      if (group !== '' && !names.includes(group)) {
        issue(['exceptions', at, 'match', 'group'], `there is no group "${group}"`, nearestKey(group, names));
      }
    });
    for (const rule of Object.keys(grace.rules)) {
      if (!rules.includes(rule)) {
        issue(['grace', 'rules', rule], `there is no rule "${rule}"`, nearestKey(rule, rules));
      }
    }
  },
  // Also for a file in which something else is wrong: all problems at once.
  { when: () => true },
);

export type Policy = z.output<typeof policySchema>;
export type PolicyGroup = Policy['groups'][number];
export type PolicyOverrides = PolicyGroup['overrides'];
export type AppPolicy = Policy['apps'][number];
export type CarrierPolicy = Policy['carriers'][number];
/** The settings in force for one group of phones: the policy with the group's overrides. */
export type EffectivePolicy = Omit<Policy, 'groups'>;

export type ParsedPolicy =
  { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** JSON Schema of the file, for editors and for suggestions. */
export function policyJsonSchema(): Readonly<Record<string, unknown>> {
  return z.toJSONSchema(shape, { io: 'input', unrepresentable: 'any' });
}

/** @param value the parsed YAML of a policy file. */
export function parsePolicy(value: unknown): ParsedPolicy {
  const parsed = policySchema.safeParse(value, { reportInput: true });
  return parsed.success
    ? { ok: true, policy: parsed.data }
    : { ok: false, problems: problemsOf(parsed.error.issues, policyJsonSchema()) };
}

/** Every app that the policy or one of its groups watches, each once. */
export function watchedAppsOf({ apps, groups }: Policy): readonly Pick<AppPolicy, 'id' | 'platform'>[] {
  const all = [...apps, ...groups.flatMap((group) => group.overrides.apps ?? [])];
  return all.filter(
    (one, at) => all.findIndex(({ id, platform }) => id === one.id && platform === one.platform) === at,
  );
}
