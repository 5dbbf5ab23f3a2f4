/** Reads `muster.yaml`: YAML, `${NAME}` from the environment, schema. Every problem is listed at once. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseDocument } from 'yaml';
import * as z from 'zod';
import { ConfigError } from '../core/errors';
import type { ConfigProblem } from '../core/errors';
import { nearestKey } from '../core/policy/nearest-key';
import { configSchema, edgeConfigSchema } from './schema';
import type { Config, EdgeConfig } from './schema';

export type Environment = Readonly<Record<string, string | undefined>>;

/** A configuration with its place on disk, since paths inside it are relative to that. */
export interface LoadedConfig<T = Config> {
  readonly config: T;
  readonly file: string;
  /** Resolves a path written in the file. */
  resolve(relative: string): string;
}

/** @throws ConfigError with all problems of the file. */
export function loadConfig(file: string, environment: Environment): Promise<LoadedConfig> {
  return load(file, (text) => parseConfig(text, file, environment));
}

/** @throws ConfigError when the file cannot be read. */
export async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new ConfigError(
      `cannot read ${file}`,
      [{ path: '', message: `cannot read ${file}`, hint: 'Check the path and its permissions.' }],
      {
        cause,
      },
    );
  }
}

/** @throws ConfigError where the text is no YAML. */
export function parseYaml(text: string, file: string): unknown {
  const document = parseDocument(text, { uniqueKeys: true, prettyErrors: true });
  if (document.errors.length > 0) {
    throw new ConfigError(
      `${file} is not valid YAML`,
      document.errors.map(({ message, linePos }) => ({
        path: linePos === undefined ? '' : `line ${linePos[0].line}`,
        message: message.split('\n', 1)[0] ?? message,
      })),
    );
  }
  return document.toJS({ maxAliasCount: 100 }) as unknown;
}

/** The settings of the public app alone: the environment of that app has no secret of an MDM, and needs none. */
export function loadEdgeConfig(file: string, environment: Environment): Promise<LoadedConfig<EdgeConfig>> {
  const wanted = (key: string): boolean => key in edgeConfigSchema.shape;
  return load(file, (text) => check(edgeConfigSchema, pick(parseYaml(text, file), wanted), file, environment));
}

/** The settings of the worker app: its environment says nothing about who may call the public one. */
export function loadWorkerConfig(file: string, environment: Environment): Promise<LoadedConfig> {
  const wanted = (key: string): boolean => key !== 'api';
  return load(file, (text) => check(configSchema, pick(parseYaml(text, file), wanted), file, environment));
}

export function parseConfig(text: string, file: string, environment: Environment): Config {
  return check(configSchema, parseYaml(text, file), file, environment);
}

async function load<T>(file: string, parse: (text: string) => T): Promise<LoadedConfig<T>> {
  const config = parse(await readText(file));
  const folder = path.dirname(path.resolve(file));
  return { config, file, resolve: (relative) => path.resolve(folder, relative) };
}

/** What is left out needs no variable of the environment. */
function pick(value: unknown, wanted: (key: string) => boolean): unknown {
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).filter(([key]) => wanted(key)))
    : value;
}

function check<T>(schema: z.ZodType<T>, raw: unknown, file: string, environment: Environment): T {
  const problems: ConfigProblem[] = [];
  const value = interpolate(raw, environment, '', problems);
  const parsed = schema.safeParse(value);
  if (!parsed.success) problems.push(...problemsOf(parsed.error));
  if (problems.length > 0 || !parsed.success)
    throw new ConfigError(`${file} has ${problems.length} problem(s)`, problems);
  return parsed.data;
}

/** Puts environment values into strings; a variable that is not set is a problem like any other. */
function interpolate(value: unknown, environment: Environment, at: string, problems: ConfigProblem[]): unknown {
  if (typeof value === 'string') {
    return value.replace(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => {
      const found = environment[name];
      if (found !== undefined && found !== '') return found;
      problems.push({
        path: at,
        message: `the environment variable ${name} is not set`,
        hint: `Set ${name}, or write another reference.`,
      });
      return whole;
    });
  }
  if (Array.isArray(value))
    return value.map((item, index) => interpolate(item, environment, `${at}[${index}]`, problems));
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        key,
        interpolate(item, environment, at === '' ? key : `${at}.${key}`, problems),
      ]),
    );
  }
  return value;
}

/** All keys the schema knows, for suggestions. */
const knownKeys: ReadonlySet<string> = new Set(
  [...JSON.stringify(jsonSchema()).matchAll(/"properties":\{|"([A-Za-z]+)":\{/g)].flatMap(([, key]) =>
    key === undefined ? [] : [key],
  ),
);

/** JSON Schema of the configuration file, for editors. */
export function jsonSchema(): object {
  return z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' });
}

function problemsOf(error: z.ZodError): ConfigProblem[] {
  return error.issues.flatMap((issue): ConfigProblem[] => {
    const at = formatPath(issue.path);
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => {
        const near = nearestKey(key, knownKeys);
        return {
          path: at === '' ? key : `${at}.${key}`,
          message: 'is not a setting',
          hint: near === null ? 'Remove it; see the configuration reference.' : `Did you mean "${near}"?`,
        };
      });
    }
    if (issue.code === 'invalid_union' && issue.errors.length > 0) {
      const nested = issue.errors.flat().map((inner) => inner.message);
      return [{ path: at, message: [...new Set(nested)].join('; or ') || issue.message }];
    }
    return [{ path: at, message: issue.message }];
  });
}

function formatPath(parts: readonly PropertyKey[]): string {
  return parts.reduce<string>((text, part) => {
    if (typeof part === 'number') return `${text}[${part}]`;
    return text === '' ? String(part) : `${text}.${String(part)}`;
  }, '');
}
