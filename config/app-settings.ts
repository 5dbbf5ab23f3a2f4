/**
 * The settings of the Function Apps: what the platform puts into the environment of a process. This schema is the only
 * place that knows them; `local.settings.sample.json` and docs/settings.md are made from it, and a test holds it against
 * the infrastructure.
 */
import * as z from 'zod';
import { QUEUES } from '../core/sweep/messages';
import { ConfigError } from '../core/errors';
import type { Environment } from './load-config';

const queue = (name: string, what: string): z.ZodDefault<z.ZodString> =>
  z
    .string()
    .regex(/^(?=.{3,56}$)[a-z0-9]+(?:-[a-z0-9]+)*$/, 'must be the name of a storage queue')
    .default(name)
    .describe(`Queue of ${what}; its poison queue has the same name with -poison.`);

/** Six fields, UTC: facts/azure-functions.md §2.4. */
const schedule = (expression: string, what: string): z.ZodDefault<z.ZodString> =>
  z
    .string()
    .regex(/^(\S+ ){5}\S+$/, 'must be an NCRONTAB expression with six fields')
    .default(expression)
    .describe(`When ${what}: {second} {minute} {hour} {day} {month} {day-of-week}, UTC.`);

export const appSettingsSchema = z.object({
  MUSTER_CONFIG: z
    .string()
    .min(1)
    .default('muster.yaml')
    .describe('Configuration file, relative to the folder of the app.'),
  MUSTER_LOG: z
    .enum(['debug', 'info', 'warn', 'error'])
    .default('info')
    .describe('Log records below this level are not written.'),
  SWEEP_START_QUEUE: queue(QUEUES.start, 'sweeps that were asked for'),
  SWEEP_PAGE_QUEUE: queue(QUEUES.page, 'pages to read'),
  SWEEP_FINISH_QUEUE: queue(QUEUES.finish, 'runs that may be over'),
  REPORT_PUBLISH_QUEUE: queue(QUEUES.report, 'runs whose report is to be written'),
  SWEEP_SCHEDULE: schedule('0 0 1,7,13,19 * * *', 'a sweep starts'),
  FEED_SCHEDULE: schedule('0 30 */6 * * *', 'the OS release feed is read'),
  PRUNE_SCHEDULE: schedule('0 15 3 * * *', 'what is older than the retention is removed'),
});

export type AppSettings = z.output<typeof appSettingsSchema>;

/** Settings that only the public app has a use for are not among these: it reads the same set. */
export function readAppSettings(environment: Environment): AppSettings {
  const parsed = appSettingsSchema.safeParse(environment);
  if (parsed.success) return parsed.data;
  throw new ConfigError(
    'the settings of the Function App cannot be used',
    parsed.error.issues.map(({ path, message }) => ({
      path: path.join('.'),
      message,
      hint: 'docs/settings.md lists every setting.',
    })),
  );
}

/** Logical name of a queue → the name that the settings give it. */
export function queueNames(settings: AppSettings): ReadonlyMap<string, string> {
  return new Map([
    [QUEUES.start, settings.SWEEP_START_QUEUE],
    [QUEUES.page, settings.SWEEP_PAGE_QUEUE],
    [QUEUES.finish, settings.SWEEP_FINISH_QUEUE],
    [QUEUES.report, settings.REPORT_PUBLISH_QUEUE],
  ]);
}
