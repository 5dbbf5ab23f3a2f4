/** What a person is told about a file that does not fit its schema: where, what, and what to write instead. */
import type { z } from 'zod';
import type { ConfigProblem } from '../errors';
import { nearestKey } from './nearest-key';

type Path = readonly PropertyKey[];
type Issue = z.core.$ZodIssue;

/** @param schema JSON Schema of the file: which keys exist at which place. */
export function problemsOf(issues: readonly Issue[], schema: unknown, base: Path = []): ConfigProblem[] {
  return issues.flatMap((issue) => problemOf(issue, schema, [...base, ...issue.path]));
}

function problemOf(issue: Issue, schema: unknown, path: Path): ConfigProblem[] {
  const at = dotted(path);
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: dotted([...path, key]),
        message: 'is not a setting',
        hint: suggestion(key, keysAt(schema, path)),
      }));
    case 'invalid_union': {
      const branch = nearestBranch(issue.errors);
      return branch === null
        ? [{ path: at, message: `has the wrong form: ${describe(issue.input)}`, hint: formsOf(issue) }]
        : problemsOf(branch, schema, path);
    }
    case 'invalid_key':
      return issue.issues.map(({ message }) => ({ path: at, message }));
    case 'invalid_type':
      return [
        issue.input === undefined
          ? { path: at, message: 'is missing', hint: `Write ${formOf(issue.expected)}.` }
          : {
              path: at,
              message: `must be ${formOf(issue.expected)}, not ${describe(issue.input)}`,
              ...(issue.expected === 'string' ? quotesHint(issue.input) : {}),
            },
      ];
    case 'invalid_value': {
      const near = typeof issue.input === 'string' ? nearestKey(issue.input, issue.values.map(String)) : null;
      return [
        {
          path: at,
          message: issue.input === undefined ? 'is missing' : `must not be ${describe(issue.input)}`,
          hint:
            near === null
              ? `Write ${issue.values.map((value) => describe(value)).join(' or ')}.`
              : `Did you mean "${near}"?`,
        },
      ];
    }
    case 'too_small':
      return [{ path: at, message: issue.origin === 'array' ? 'must not be empty' : issue.message }];
    case 'custom': {
      const hint: unknown = issue.params?.['hint'];
      return [{ path: at, message: issue.message, ...(typeof hint === 'string' ? { hint } : {}) }];
    }
    default:
      return [{ path: at, message: issue.message }];
  }
}

/** The form that the writer most likely meant: the one whose problems lie inside, not in the value as a whole. */
function nearestBranch(branches: readonly (readonly Issue[])[]): readonly Issue[] | null {
  return (
    branches.find((issues) =>
      issues.every(
        ({ code, path }) =>
          path.length > 0 || code === 'unrecognized_keys' || code === 'custom' || code === 'too_small',
      ),
    ) ?? null
  );
}

function formsOf({ errors, input }: z.core.$ZodIssueInvalidUnion): string {
  const forms = errors.flatMap((issues) =>
    issues.flatMap((issue) => {
      if (issue.code === 'invalid_value') return issue.values.map((value) => describe(value));
      return issue.code === 'invalid_type' ? [formOf(issue.expected)] : [];
    }),
  );
  const quotes = forms.includes(formOf('string')) ? quotesHint(input).hint : undefined;
  return quotes ?? `Write ${[...new Set(forms)].join(' or ')}.`;
}

const FORMS: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a group of settings',
  record: 'a group of settings',
};

function formOf(expected: string): string {
  return FORMS[expected] ?? expected;
}

/** To YAML a bare 26.10 is the number 26.1: what stood in the file cannot be told from the value. */
function quotesHint(input: unknown): { readonly hint?: string } {
  if (typeof input === 'number' && !Number.isInteger(input)) {
    return { hint: 'Write it in quotes: without them 26.10 is read as 26.1.' };
  }
  return typeof input === 'number' || typeof input === 'boolean' ? { hint: `Write it in quotes: "${input}".` } : {};
}

function describe(input: unknown): string {
  if (input === null) return 'empty';
  if (Array.isArray(input)) return formOf('array');
  if (typeof input === 'object') return formOf('object');
  if (typeof input === 'string') return JSON.stringify(input);
  return typeof input === 'number' || typeof input === 'boolean' ? `${input}` : typeof input;
}

function suggestion(key: string, known: readonly string[]): string {
  const near = nearestKey(key, known);
  if (near !== null) return `Did you mean "${near}"?`;
  return known.length === 0 ? 'Remove it.' : `Remove it, or write one of: ${known.join(', ')}.`;
}

/** Keys that the schema allows at a path. */
function keysAt(schema: unknown, path: Path): string[] {
  let nodes = [schema];
  for (const part of path) {
    nodes = nodes.flatMap(alternatives).flatMap((node) => {
      if (typeof part === 'number') return [node['items']];
      const property = record(node['properties'])[String(part)];
      return [property ?? node['additionalProperties']];
    });
  }
  return nodes.flatMap(alternatives).flatMap((node) => Object.keys(record(node['properties'])));
}

function alternatives(node: unknown): Readonly<Record<string, unknown>>[] {
  const { anyOf } = record(node);
  return Array.isArray(anyOf) ? anyOf.flatMap(alternatives) : [record(node)];
}

function record(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? Object.fromEntries(Object.entries(value)) : {};
}

function dotted(path: Path): string {
  return path.reduce<string>(
    (at, part) => (typeof part === 'number' ? `${at}[${part}]` : at === '' ? String(part) : `${at}.${String(part)}`),
    '',
  );
}
