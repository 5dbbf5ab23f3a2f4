/** Reads a fault file: a JSON list of rules, strictly, with every problem named at once. */
import * as z from 'zod';
import { matchesRoute } from './fault';
import type { FaultRule } from './fault';

/** The fault file cannot be used. {@link problems} holds one line each, with the place inside the file. */
export class FaultFileError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(
      `The fault file has ${problems.length === 1 ? 'a problem' : `${problems.length} problems`}:\n${problems.join('\n')}`,
    );
    this.name = 'FaultFileError';
    this.problems = problems;
  }
}

const positive = z.int().min(1);
const seconds = z.number().min(0);
const list = <T extends z.ZodType>(one: T) => z.union([one.transform((value) => [value]), z.array(one).min(1)]);

const conditions = z
  .strictObject({
    page: list(z.int().min(0)).optional(),
    call: list(positive).optional(),
    share: z.number().gt(0).lte(1).optional(),
    afterSeconds: seconds.optional(),
    untilSeconds: seconds.optional(),
    times: positive.optional(),
  })
  .default({});

const fault = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('status'),
    status: z.int().min(200).max(599),
    body: z.enum(['json', 'html']).default('json'),
    retryAfter: z.union([seconds, z.strictObject({ date: seconds })]).optional(),
  }),
  z.strictObject({ kind: z.literal('stall-headers') }),
  z.strictObject({ kind: z.literal('stall-body') }),
  z.strictObject({ kind: z.literal('cut-json'), declared: z.enum(['short', 'full']).default('short') }),
  z.strictObject({ kind: z.literal('html'), status: z.int().min(200).max(599).default(200) }),
  z.strictObject({ kind: z.literal('disconnect') }),
  z.strictObject({ kind: z.literal('token-dies') }),
  z.strictObject({
    kind: z.literal('redirect'),
    status: z.int().min(301).max(308).default(302),
    location: z.string().min(1).optional(),
  }),
  z.strictObject({ kind: z.literal('slow'), ms: z.int().min(0) }),
  z.strictObject({ kind: z.literal('fleet-remove'), at: z.int().min(0).default(0), count: positive }),
  z.strictObject({ kind: z.literal('fleet-add'), count: positive, restore: z.boolean().default(false) }),
  z.strictObject({ kind: z.literal('repeat-next') }),
  z.strictObject({ kind: z.literal('empty') }),
  z.strictObject({ kind: z.literal('duplicate-rows'), count: positive.default(1) }),
  z.strictObject({ kind: z.literal('missing-rows'), count: positive.default(1) }),
  z.strictObject({ kind: z.literal('page-size-cap'), size: positive }),
  z.strictObject({ kind: z.literal('wrong-total'), by: z.int() }),
  z.strictObject({ kind: z.literal('foreign-next') }),
  z.strictObject({ kind: z.literal('export-stuck') }),
  z.strictObject({ kind: z.literal('export-failed') }),
  z.strictObject({ kind: z.literal('wrong-version') }),
]);

const rules = z.array(
  z.strictObject({
    route: z
      .string()
      .regex(/^[^*]*\*?$/, 'is a route name or the start of one followed by *')
      .min(1),
    when: conditions,
    fault,
  }),
);

/** @param text the file's content. @throws FaultFileError */
export function readFaultFile(text: string): readonly FaultRule[] {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new FaultFileError([`not JSON: ${error instanceof Error ? error.message : String(error)}`]);
  }
  return parseFaultRules(value);
}

/** The same for a value that is parsed already. @throws FaultFileError */
export function parseFaultRules(value: unknown): readonly FaultRule[] {
  const parsed = rules.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new FaultFileError(parsed.error.issues.map((issue) => `${place(issue.path)}: ${issue.message}`));
}

/** @throws FaultFileError for a rule that hits none of the routes, which would be a test that tests nothing. */
export function checkFaultRoutes(checked: readonly FaultRule[], routes: readonly string[]): void {
  const strangers = checked.flatMap(({ route }, index) =>
    routes.some((name) => matchesRoute(route, name))
      ? []
      : [`rules[${index}].route: no route is called "${route}"; there are: ${routes.join(', ')}`],
  );
  if (strangers.length > 0) throw new FaultFileError(strangers);
}

function place(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (before, key) => before + (typeof key === 'number' ? `[${key}]` : `.${String(key)}`),
    'rules',
  );
}
