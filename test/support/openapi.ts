/**
 * Checks answers against an OpenAPI 3.0 document: `nullable` becomes JSON Schema, `$ref` is followed, and names that
 * the document does not declare are listed apart, because JSON Schema alone lets a misspelt name pass.
 */
import { readFileSync } from 'node:fs';
import Ajv from 'ajv';
import type { ErrorObject, ValidateFunction } from 'ajv';
import { parse as parseYaml } from 'yaml';

export interface OpenApi {
  /**
   * @param path as it was requested, below the server's base path of the document.
   * @returns what is wrong with the answer, one line each; empty when it fits.
   */
  problems(method: string, path: string, status: number, body: unknown): readonly string[];
  /** @returns dotted paths of properties that no schema declares, each once, list positions left out. */
  undeclared(method: string, path: string, status: number, body: unknown): readonly string[];
}

type Json = Readonly<Record<string, unknown>>;

/** @param file JSON or YAML. */
export function readOpenApi(file: string): OpenApi {
  const text = readFileSync(file, 'utf8');
  const document: unknown = file.endsWith('.json') ? JSON.parse(text) : parseYaml(text);
  if (!isJson(document)) throw new Error(`${file} is no OpenAPI document`);
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false, logger: false });
  ajv.addSchema({ $id: 'openapi', ...Object(toJsonSchema(document)) });

  // Compiling costs far more than validating.
  const compiled = new Map<Json, ValidateFunction>();

  const schemaOf = (method: string, path: string, status: number): Json | null => {
    const template = findPath(document, path);
    if (template === null) throw new Error(`${file} has no path for ${path}`);
    const responses = walk(document, ['paths', template, method.toLowerCase(), 'responses']);
    const found = [String(status), `${Math.floor(status / 100)}XX`, 'default'].map((key) => walk(responses, [key]));
    const response = resolve(
      document,
      found.find((one) => one !== undefined),
    );
    if (response === null) throw new Error(`${file} has no ${status} for ${method} ${template}`);
    const content = walk(response, ['content']);
    return isJson(content) ? asJson(walk(Object.values(content)[0], ['schema'])) : null;
  };

  return {
    problems(method, path, status, body) {
      const schema = schemaOf(method, path, status);
      if (schema === null) return body === null ? [] : ['the document knows no body here'];
      const validate = compiled.get(schema) ?? ajv.compile(Object(rebase(toJsonSchema(schema))));
      compiled.set(schema, validate);
      return validate(body) ? [] : (validate.errors ?? []).map(line);
    },
    undeclared(method, path, status, body) {
      const schema = schemaOf(method, path, status);
      const found = new Set<string>();
      if (schema !== null) collectUndeclared(document, [schema], body, '', found);
      return [...found];
    },
  };
}

function line({ instancePath, message, params }: ErrorObject): string {
  return `${instancePath === '' ? '(body)' : instancePath} ${message ?? 'is wrong'} ${JSON.stringify(params)}`;
}

function isJson(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function asJson(value: unknown): Json | null {
  return isJson(value) ? value : null;
}

function walk(value: unknown, keys: readonly string[]): unknown {
  return keys.reduce<unknown>((at, key) => (isJson(at) ? at[key] : undefined), value);
}

/** Follows a local reference. */
function resolve(document: Json, value: unknown): Json | null {
  const reference = walk(value, ['$ref']);
  if (typeof reference !== 'string') return asJson(value);
  const keys = reference.replace(/^#\//, '').split('/');
  return resolve(
    document,
    walk(
      document,
      keys.map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~')),
    ),
  );
}

/** The template that fits; literal segments win over parameters. */
function findPath(document: Json, path: string): string | null {
  const fits = Object.keys(asJson(document['paths']) ?? {}).filter((template) => {
    const source = template
      .split(/(\{[^}]+\})/)
      .map((part) => (part.startsWith('{') ? '[^/]+' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')))
      .join('');
    return new RegExp(`^${source}$`).test(path);
  });
  return fits.sort((a, b) => a.split('{').length - b.split('{').length)[0] ?? null;
}

/** OpenAPI 3.0's `nullable` in JSON Schema's words; everything else is the same. */
function toJsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(toJsonSchema);
  if (!isJson(value)) return value;
  const { nullable, ...rest } = value;
  const entries = Object.entries(rest)
    .filter(([key]) => !key.startsWith('x-') && key !== 'example' && key !== 'discriminator')
    .map(([key, inner]) => [key, toJsonSchema(inner)] as const);
  const schema = Object.fromEntries(entries);
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

/** References of a schema that is compiled outside its document. */
function rebase(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(rebase);
  if (!isJson(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      key === '$ref' && typeof inner === 'string' ? `openapi${inner}` : rebase(inner),
    ]),
  );
}

function collectUndeclared(
  document: Json,
  schemas: readonly Json[],
  value: unknown,
  path: string,
  found: Set<string>,
): void {
  const all = schemas.flatMap((schema) => flatten(document, schema));
  if (Array.isArray(value)) {
    const items = all.map((schema) => asJson(schema['items'])).filter((one) => one !== null);
    for (const item of value) collectUndeclared(document, items, item, path, found);
  } else if (isJson(value)) {
    const isOpen = all.some((schema) => 'additionalProperties' in schema && schema['additionalProperties'] !== false);
    for (const [key, inner] of Object.entries(value)) {
      const declared = all.map((schema) => asJson(walk(schema, ['properties', key]))).filter((one) => one !== null);
      const at = path === '' ? key : `${path}.${key}`;
      if (declared.length > 0) collectUndeclared(document, declared, inner, at, found);
      else if (!isOpen) found.add(at);
    }
  }
}

/** A schema and all that its combinations name. */
function flatten(document: Json, schema: Json): readonly Json[] {
  const own = resolve(document, schema);
  if (own === null) return [];
  const parts = ['allOf', 'anyOf', 'oneOf'].flatMap((key) => listOf(own[key]));
  return [own, ...parts.flatMap((part) => (isJson(part) ? flatten(document, part) : []))];
}
