/** The parts of the policy file, each with its limits: what a group may override is built from the same parts. */
import * as z from 'zod';
import { androidApiLevel } from '../device/android-release';
import { parseAppleVersion } from '../device/compare-apple-version';
import type { ManagementMode } from '../device/managed-device';
import { parsePatchLevel } from '../device/security-patch';

export const text = z.string().min(1, 'must not be empty');
export const date = z.string().refine((value) => parsePatchLevel(value) !== null, 'must be a date, YYYY-MM-DD');

/** A bare 26.10 is the number 26.1 to YAML: only text and whole numbers can be trusted. */
const version = z.union([z.string(), z.int()]).transform(String);
const appleVersion = version.refine(
  (value) => parseAppleVersion(value) !== null,
  'must be an iOS version that exists, e.g. "26.5"; there never were versions 19 to 25',
);
const androidRelease = version.refine(
  (value) => androidApiLevel(value) !== null,
  'must be an Android release, e.g. "15"',
);
const train = z.string().regex(/^\d{1,3}$/, 'must be a major version, e.g. "26"');
const plmn = z.string().regex(/^\d{5,6}$/, 'must be MCC and MNC, 5 or 6 digits, e.g. "310260"');
const days = z.int().min(1);
const unknownIs = z.enum(['unknown', 'noncompliant']);
const rcsDefault = z.enum(['allowed', 'blocked', 'unknown']);

export const MODES = [
  'supervised',
  'device',
  'user-enrollment',
  'fully-managed',
  'work-profile',
  'corporate-work-profile',
  'dedicated',
  'unknown',
] as const satisfies readonly ManagementMode[];

export const app = z.strictObject({
  id: text.describe('Package name or bundle id.'),
  name: text.optional().describe('What people call it; used in reasons.'),
  platform: z.enum(['android', 'ios']),
  required: z.boolean().default(true).describe('False: judged only where it is installed.'),
  minimum: z
    .strictObject({ versionCode: z.int().positive().optional(), versionName: text.optional() })
    .refine((minimum) => Object.keys(minimum).length > 0, 'must give a versionCode, a versionName or both')
    .optional(),
  evidence: text.optional().describe('Where the minimum comes from, e.g. "unverified vendor minimum".'),
  track: z.enum(['production', 'openbeta', 'any']).default('any'),
  modes: z.array(z.enum(MODES)).min(1).optional().describe('Management modes the app is judged on; without it all.'),
});

export const carrier = z.strictObject({
  name: text,
  plmns: z.array(plmn).default([]).describe('Home networks, MCC and MNC.'),
  names: z.array(text).default([]).describe('Further names that inventories show, compared without case.'),
  endToEndEncryption: z.enum(['yes', 'no', 'unknown']),
  evidence: text.optional().describe('Where that is known from.'),
  date: date.optional().describe('When it was established.'),
  minimumCarrierSettings: version
    .refine((value) => /^\d+(\.\d+)*$/.test(value), 'must be numbers with dots, e.g. "65.0"')
    .optional()
    .describe('Lowest carrier settings on which a lab saw encryption.'),
  confirmed: z
    .strictObject({ by: text, date })
    .optional()
    .describe('A person or a lab that saw it work; without it the best verdict is ready-unconfirmed.'),
});

export const predicate = z
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

const corporateLines = z
  .union([
    z.literal('any'),
    z
      .strictObject({
        slots: z.array(z.int().min(1).max(9)).min(1).optional(),
        carriers: z.array(text).min(1).optional(),
      })
      .refine((lines) => Object.keys(lines).length > 0, 'must name slots, carriers or both'),
  ])
  .describe('Which lines of a phone are the company’s.');

const graceDays = z.int().min(0);
const graceRules = z
  .record(text, z.strictObject({ days: graceDays, since: date.optional() }))
  .describe('Per rule, e.g. os.security-minimum, or per family, e.g. app.minimum.');

/** What a policy says of every phone, and a group may say otherwise. */
export const settings = {
  unknownIs: unknownIs.default('unknown').describe('What a value that nobody can see means for compliance.'),
  reporting: z.strictObject({ maxAgeDays: days.default(14) }).prefault({}),
  apple: z
    .strictObject({
      featureMinimum: appleVersion.optional().describe('Lowest version that can do encrypted RCS: 26.5.'),
      securityMinimums: z
        .record(train, appleVersion)
        .default({})
        .describe('Lowest version per train. Trains are never compared: 26.7.1 may be newer than 27.0.'),
      allowBeta: z.boolean().default(false),
    })
    .prefault({}),
  android: z
    .strictObject({
      featureMinimum: androidRelease.optional().describe('Lowest Android release.'),
      securityPatch: z
        .strictObject({
          minimum: date.optional().describe('Oldest accepted patch level.'),
          maxAgeDays: days.optional().describe('Oldest accepted age; bulletins are quarterly by now, so 100 or more.'),
        })
        .prefault({}),
    })
    .prefault({}),
  integrity: z.strictObject({ allowJailbroken: z.boolean().default(false) }).prefault({}),
  apps: z.array(app).default([]),
  rcsAllowed: z
    .strictObject({
      default: rcsDefault
        .default('unknown')
        .describe('What the company does where no profile and no group tells: both platforms allow RCS by themselves.'),
      evidence: text.optional(),
      date: date.optional(),
      blockingProfiles: z.array(text).default([]).describe('Identifiers of configuration profiles that block RCS.'),
      blockedGroups: z.array(text).default([]).describe('MDM groups for which RCS is blocked.'),
    })
    .prefault({}),
  lines: z.strictObject({ corporate: corporateLines.default('any') }).prefault({}),
  grace: z
    .strictObject({
      days: graceDays.default(0),
      since: date.optional().describe('When the requirements came into force.'),
      rules: graceRules.default({}),
    })
    .prefault({}),
};

/** The same settings without defaults: what is not written is not changed. `null` takes a minimum away. */
export const overrides = z.strictObject({
  unknownIs: unknownIs.optional(),
  reporting: z.strictObject({ maxAgeDays: days.optional() }).optional(),
  apple: z
    .strictObject({
      featureMinimum: appleVersion.nullable().optional(),
      securityMinimums: z.record(train, appleVersion.nullable()).optional(),
      allowBeta: z.boolean().optional(),
    })
    .optional(),
  android: z
    .strictObject({
      featureMinimum: androidRelease.nullable().optional(),
      securityPatch: z
        .strictObject({ minimum: date.nullable().optional(), maxAgeDays: days.nullable().optional() })
        .optional(),
    })
    .optional(),
  integrity: z.strictObject({ allowJailbroken: z.boolean().optional() }).optional(),
  apps: z.array(app).optional(),
  rcsAllowed: z
    .strictObject({
      default: rcsDefault.optional(),
      evidence: text.optional(),
      date: date.optional(),
      blockingProfiles: z.array(text).optional(),
      blockedGroups: z.array(text).optional(),
    })
    .optional(),
  lines: z.strictObject({ corporate: corporateLines.optional() }).optional(),
  grace: z
    .strictObject({ days: graceDays.optional(), since: date.optional(), rules: graceRules.optional() })
    .optional(),
});
