/** How much may be looked up and what counts as harvesting. Defaults: facts/key-directory.md §4.2 and §4.3. */
import * as z from 'zod';

const MAX_COST = 1000;
const MAX_LIMIT = 100_000;
const MAX_PER_MINUTE = 60_000;
const MAX_REFILL_MINUTES = 31 * 24 * 60;

const price = (units: number) => z.int().min(1).max(MAX_COST).default(units);
const share = (value: number) => z.number().min(0).max(1).default(value);
const count = (value: number) => z.int().min(1).max(1_000_000).default(value);
const minutes = (value: number) => z.int().min(0).max(MAX_REFILL_MINUTES).default(value);

const rateFields = (limit: number, perMinute: number) => ({
  limit: z.int().min(1).max(MAX_LIMIT).default(limit).describe('Units that may be used at once after a rest.'),
  perMinute: z
    .number()
    .min(0.01)
    .max(MAX_PER_MINUTE)
    .default(perMinute)
    .describe('Units that come back in a minute; may be a fraction.'),
});

interface RawRate {
  readonly limit: number;
  readonly perMinute: number;
}

const refills = ({ limit, perMinute }: RawRate): boolean => limit / perMinute <= MAX_REFILL_MINUTES;
const REFILLS = 'must come back whole within 31 days: raise perMinute or lower limit';

const priced = (limit: number, perMinute: number, hit: number, miss: number) =>
  z
    .strictObject({
      ...rateFields(limit, perMinute),
      hit: price(hit).describe('Cost of a lookup that finds an entry; taken before the lookup.'),
      miss: price(miss).describe('Cost of a lookup that finds none; the rest is taken when the answer is known.'),
    })
    .refine(refills, { error: REFILLS })
    .refine(({ limit: most, hit: cost }) => cost <= most, { error: 'hit must not be above limit', path: ['hit'] })
    .refine(({ hit: cheap, miss: dear }) => dear >= cheap, { error: 'miss must not be below hit', path: ['miss'] })
    .prefault({});

const target = z
  .strictObject({
    ...rateFields(6, 0.1),
    callersPerDay: z
      .int()
      .min(1)
      .max(200)
      .default(30)
      .describe('Different callers that may look up one number within 24 hours.'),
  })
  .refine(refills, { error: REFILLS })
  .prefault({});

const watch = z
  .strictObject({
    windowMinutes: z
      .int()
      .min(24)
      .max(MAX_REFILL_MINUTES)
      .default(24 * 60)
      .describe('How long a lookup counts; what it is part of slides by a 24th of it.'),
    missShare: share(0.5).describe('An incident when more than this share of lookups found nothing; 1 for never.'),
    missMinReads: count(20).describe('Lookups before their share of misses says anything.'),
    distinctTargets: count(200).describe('An incident when a caller looked up more different numbers than this.'),
    adjacentWithin: z
      .int()
      .min(1)
      .max(20)
      .default(10)
      .describe('Two numbers are neighbours when they differ by no more than this.'),
    sequentialShare: share(0.3).describe(
      'An incident when more than this share of the last 50 different numbers had a neighbour among them; 1 for never.',
    ),
    sequentialMinTargets: z.int().min(2).max(50).default(20).describe('Different numbers before that share counts.'),
    runLength: z
      .int()
      .min(3)
      .max(50)
      .default(10)
      .describe('An incident when a chain of neighbours has this many numbers, in whatever order they were asked for.'),
    callersPerTarget: count(20).describe('An incident when more callers than this looked up one number in 24 hours.'),
    canaries: z
      .array(z.string().regex(/^\+[1-9]\d{6,14}$/, 'must be a number in E.164'))
      .max(1000)
      .default([])
      .describe('Numbers in the directory that nobody has: whoever looks one up is harvesting.'),
    blockMinutes: z
      .strictObject({
        canary: minutes(60),
        sequential: minutes(60),
        misses: minutes(0),
        breadth: minutes(0),
        crowd: minutes(0),
      })
      .prefault({})
      .describe('How long a caller may look up nothing after an incident of the kind; 0 for no block.'),
  })
  .prefault({});

export const limitSettings = z.strictObject({
  person: priced(100, 2, 1, 20).describe('Limit of a caller that is a person.'),
  service: priced(1000, 20, 1, 20).describe('Limit of a caller that is a service.'),
  target: target.describe('Limit of one caller at one number, and of all callers at one number.'),
  tenant: priced(5000, 1000, 1, 3).describe('Limit of all callers together.'),
  watch: watch.describe('Signs of harvesting.'),
});

export type LimitSettings = z.output<typeof limitSettings>;
export type LimitSettingsInput = z.input<typeof limitSettings>;
export type PricedRate = LimitSettings['person'];
export type WatchSettings = LimitSettings['watch'];

export const DEFAULT_LIMIT_SETTINGS: LimitSettings = limitSettings.parse({});
