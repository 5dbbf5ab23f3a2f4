/** The configuration reference (docs/configuration.md), made from the schema that parses the file. */
import * as z from 'zod';
import { configSchema } from './schema';

interface Node {
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly items?: Node;
  readonly anyOf?: readonly Node[];
  readonly oneOf?: readonly Node[];
}

/** Markdown with one table row per setting. */
export function configurationReference(): string {
  const schema = z.toJSONSchema(configSchema, { io: 'input', unrepresentable: 'any' }) as Node;
  const rows: string[] = [];
  walk(schema, '', rows, true);
  return [
    '# Configuration reference',
    '',
    '<!-- Made from config/schema.ts by `npm run docs`. Do not edit. -->',
    '',
    'The file is `muster.yaml`; every command takes it with `--config`. `${NAME}` inside a string is taken from the environment.',
    '`keyvault:https://NAME.vault.azure.net/secrets/SECRET` in a secret field is read from Azure Key Vault. Unknown settings are',
    'errors, and all problems of a file are listed at once. Relative paths are relative to the file.',
    '',
    '| setting | type | needed | default | meaning |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function walk(node: Node, at: string, rows: string[], required: boolean): void {
  const variants = node.oneOf ?? node.anyOf;
  if (variants !== undefined && variants.some(({ properties }) => properties !== undefined)) {
    for (const variant of variants) {
      const kind = variant.properties?.['kind']?.const;
      walk(variant, typeof kind === 'string' ? `${at}(${kind})` : at, rows, required);
    }
    return;
  }
  if (node.type === 'array' && node.items !== undefined && hasMembers(node.items)) {
    walk(node.items, `${at}[]`, rows, required);
    return;
  }
  if (node.properties !== undefined) {
    for (const [name, member] of Object.entries(node.properties)) {
      if (member.const !== undefined) continue;
      const needed = node.required?.includes(name) === true && member.default === undefined;
      walk(member, at === '' ? name : `${at}.${name}`, rows, needed);
    }
    return;
  }
  const fallback = node.default === undefined ? '' : `\`${JSON.stringify(node.default)}\``;
  rows.push(`| \`${at}\` | ${typeOf(node)} | ${required ? 'yes' : 'no'} | ${fallback} | ${node.description ?? ''} |`);
}

function hasMembers(node: Node): boolean {
  return node.properties !== undefined || (node.oneOf ?? node.anyOf)?.some(hasMembers) === true;
}

function typeOf(node: Node): string {
  if (node.enum !== undefined) return node.enum.map((value) => `\`${String(value)}\``).join(' or ');
  if (node.type === 'array') return `list of ${node.items?.type ?? 'values'}`;
  return node.type ?? 'text';
}
