/**
 * The policy file. This schema is the only place that knows it. Unknown keys are problems with a suggestion, and every
 * problem of a file is listed at once.
 */
import { z } from 'zod';
import { parseAppleVersion } from '../device/compare-apple-version';
import { androidApiLevel } from '../device/android-release';
import { parsePatchLevel } from '../device/security-patch';
import type { ConfigProblem } from '../errors';
import { nearestKey } from './nearest-key';

const text = z.string().min(1, 'must not be empty');
const date = z.string().refine((value) => parsePatchLevel(value) !== null, 'must be a date, YYYY-MM-DD');
const appleVersion = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine(
    (value) => parseAppleVersion(value) !== null,
    'must be an iOS version, e.g. "26.5" (in quotes: 26.10 is not 26.1)',
  );
const androidRelease = z
  .union([z.string(), z.number()])
  .transform(String)
  .refine((value) => androidApiLevel(value) !== null, 'must be an Android release, e.g. "15"');
const plmn = z.string().regex(/^\d{5,6}$/, 'must be MCC and MNC, 5 or 6 digits in quotes, e.g. "310260"');

export const MODES = [
  'supervised',
  'device',
  'user-enrollment',
  'fully-managed',
  'work-profile',
  'corporate-work-profile',
  'dedicated',
  'unknown',
] as const;

const apple = z.strictObject({
  featureMinimum: appleVersion.optional().describe('Lowest version that can do encrypted RCS: 26.5.'),
  securityMinimums: z
    .record(z.string().regex(/^\d{1,3}$/, 'must be a major version, e.g. "26"'), appleVersion)
    .default({})
    .describe('Lowest version per train. Trains are never compared with one another: 26.7.1 may be newer than 27.0.'),
  allowBeta: z.boolean().default(false),
});

const android = z.strictObject({
  featureMinimum: androidRelease.optional().describe('Lowest Android release.'),
  securityPatch: z
    .strictObject({
      minimum: date.optional().describe('Oldest accepted patch level.'),
      maxAgeDays: z
        .int()
        .min(1)
        .optional()
        .describe('Oldest accepted age in days; bulletins are quarterly by now, so 100 or more.'),
    })
    .prefault({}),
});

const app = z.strictObject({
  id: text.describe('Package name or bundle id.'),
  name: text.optional(),
  platform: z.enum(['android', 'ios']),
  required: z.boolean().default(true).describe('False: judged only where it is installed.'),
  minimum: z.strictObject({ versionCode: z.int().positive().optional(), versionName: text.optional() }).optional(),
  evidence: text.optional().describe('Where the minimum comes from, e.g. "unverified vendor minimum".'),
  track: z.enum(['production', 'openbeta', 'any']).default('any'),
  modes: z.array(z.enum(MODES)).optional().describe('Management modes the rule applies to; without it all.'),
});

const carrier = z.strictObject({
  name: text,
  plmns: z.array(plmn).default([]).describe('Home networks, MCC and MNC.'),
  names: z.array(text).default([]).describe('Names that inventories show, compared without case.'),
  endToEndEncryption: z.enum(['yes', 'no', 'unknown']),
  evidence: text.optional(),
  date: date.optional(),
  minimumCarrierSettings: z.union([text, z.number()]).transform(String).optional(),
  confirmed: z
    .strictObject({ by: text, date })
    .optional()
    .describe('A person or a lab that saw it work, with the date; without it the best verdict is ready-unconfirmed.'),
});

const predicate = z
  .strictObject({
    connector: z.array(text).optional(),
    organizationGroup: z.array(text).optional(),
    mdmGroup: z.array(text).optional(),
    category: z.array(text).optional(),
    enrollmentProfile: z.array(text).optional(),
    ownership: z.array(z.enum(['corporate', 'personal', 'unknown'])).optional(),
    platform: z.array(z.enum(['ios', 'android'])).optional(),
    users: z.array(text).optional().describe('User names or e-mail addresses.'),
  })
  .refine((where) => Object.keys(where).length > 0, 'must name at least one condition');

const ruleSettings = {
  unknownIs: z
    .enum(['unknown', 'noncompliant'])
    .default('unknown')
    .describe('What a value that nobody can see means for compliance.'),
  reporting: z.strictObject({ maxAgeDays: z.int().min(1).default(14) }).prefault({}),
  apple: apple.prefault({}),
  android: android.prefault({}),
  integrity: z.strictObject({ allowJailbroken: z.boolean().default(false) }).prefault({}),
  apps: z.array(app).default([]),
  rcsAllowed: z
    .strictObject({
      default: z.enum(['allowed', 'blocked', 'unknown']).default('unknown'),
      evidence: text.optional(),
      date: date.optional(),
      blockingProfiles: z.array(text).default([]).describe('Identifiers of configuration profiles that block RCS.'),
      blockedGroups: z.array(text).default([]).describe('MDM groups for which RCS is blocked.'),
    })
    .prefault({}),
};

const grace = z.strictObject({
  days: z.int().min(0).default(0),
  since: date.optional().describe('When the requirements came into force.'),
  rules: z
    .record(text, z.strictObject({ days: z.int().min(0), since: date.optional() }))
    .default({})
    .describe('Per rule, e.g. os.security-minimum.'),
});

const exception = z.strictObject({
  rule: text,
  devices: z.array(text).default([]).describe('Device keys, e.g. "jamf:123".'),
  serials: z.array(text).default([]),
  users: z.array(text).default([]),
  group: text.optional().describe('A group of this file.'),
  reason: text,
  expires: date,
});

/** Everything of a policy that a group may override, each part as a whole. */
const overrides = z.strictObject({
  unknownIs: ruleSettings.unknownIs.unwrap().optional(),
  reporting: z.strictObject({ maxAgeDays: z.int().min(1) }).optional(),
  apple: apple.optional(),
  android: android.optional(),
  integrity: z.strictObject({ allowJailbroken: z.boolean() }).optional(),
  apps: z.array(app).optional(),
});

export const policySchema = z
  .strictObject({
    version: z.literal(1),
    ...ruleSettings,
    carriers: z.array(carrier).default([]),
    lines: z
      .strictObject({
        corporate: z
          .union([
            z.literal('any'),
            z.strictObject({ slots: z.array(z.int().min(1).max(2)).optional(), carriers: z.array(text).optional() }),
          ])
          .default('any')
          .describe('Which lines of a phone are the company’s.'),
      })
      .prefault({}),
    groups: z.array(z.strictObject({ name: text, where: predicate, overrides: overrides.prefault({}) })).default([]),
    grace: grace.prefault({}),
    exceptions: z.array(exception).default([]),
  })
  .superRefine((policy, context) => {
    const names = new Set<string>();
    policy.groups.forEach(({ name }, at) => {
      if (names.has(name))
        context.addIssue({ code: 'custom', path: ['groups', at, 'name'], message: `"${name}" is used twice` });
      names.add(name);
    });
    policy.exceptions.forEach(({ group, devices, serials, users }, at) => {
      if (group !== undefined && !names.has(group)) {
        context.addIssue({
          code: 'custom',
          path: ['exceptions', at, 'group'],
          message: `there is no group "${group}"`,
        });
      }
      if (group === undefined && devices.length + serials.length + users.length === 0) {
        context.addIssue({
          code: 'custom',
          path: ['exceptions', at],
          message: 'must name devices, serials, users or a group',
        });
      }
    });
  });

export type Policy = z.output<typeof policySchema>;
export type PolicyGroup = Policy['groups'][number];
export type AppPolicy = Policy['apps'][number];
export type CarrierPolicy = Policy['carriers'][number];
/** The settings in force for one group of phones: the policy with the group's overrides. */
export type EffectivePolicy = Omit<Policy, 'groups'>;

export type ParsedPolicy =
  { readonly ok: true; readonly policy: Policy } | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** @param value the parsed YAML of a policy file. */
export function parsePolicy(value: unknown): ParsedPolicy {
  const parsed = policySchema.safeParse(value);
  if (parsed.success) return { ok: true, policy: parsed.data };
  return { ok: false, problems: parsed.error.issues.flatMap(problemsOf) };
}

const KEYS: ReadonlySet<string> = new Set(
  [
    ...JSON.stringify(z.toJSONSchema(policySchema, { io: 'input', unrepresentable: 'any' })).matchAll(
      /"([A-Za-z]+)":\{/g,
    ),
  ].map(([, key]) => key ?? ''),
);

function problemsOf(issue: z.core.$ZodIssue): ConfigProblem[] {
  const path = issue.path.reduce<string>(
    (at, part) => (typeof part === 'number' ? `${at}[${part}]` : at === '' ? String(part) : `${at}.${String(part)}`),
    '',
  );
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message }];
  return issue.keys.map((key) => {
    const near = nearestKey(key, KEYS);
    return {
      path: path === '' ? key : `${path}.${key}`,
      message: 'is not a setting',
      hint: near === null ? 'Remove it; docs/policy.md lists all settings.' : `Did you mean "${near}"?`,
    };
  });
}
