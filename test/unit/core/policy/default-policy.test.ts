import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { checkPolicy } from '../../../../core/policy/check-policy';
import { parsePolicy, policyJsonSchema } from '../../../../core/policy/schema';
import { GOOGLE_MESSAGES } from '../../../../core/device/messages-version';
import { NOW } from './policy-fixture';

const ROOT = join(__dirname, '../../../..');
const text = readFileSync(join(ROOT, 'policies/default.yaml'), 'utf8');

function parsed(yaml: string): ReturnType<typeof parsePolicy> {
  const value: unknown = parse(yaml);
  return parsePolicy(value);
}

describe('the policy that ships', () => {
  it('parses, and nothing is found in it', () => {
    const policy = parsed(text);
    expect(policy).toMatchObject({ ok: true });
    if (policy.ok) expect(checkPolicy(policy.policy, null, NOW)).toEqual([]);
  });

  it('asks for the first iOS with encrypted RCS, and calls its app minimum unverified', () => {
    expect(parsed(text)).toMatchObject({
      policy: {
        apple: { featureMinimum: '26.5', allowBeta: false },
        apps: [{ id: GOOGLE_MESSAGES, evidence: 'unverified vendor minimum' }, { required: false }],
        carriers: [],
      },
    });
  });

  it('stays valid with its examples written out', () => {
    // A commented example stands below the empty list that it would replace.
    const withExamples = text.replace(/^(\w+): \[\]\n((?:# .*\n?)+)/gm, (_all, key: string, example: string) =>
      example.startsWith('# - ') ? `${key}:\n${example.replace(/^# /gm, '')}` : `${key}: []\n${example}`,
    );
    const policy = parsed(withExamples);
    expect(policy).toMatchObject({
      ok: true,
      policy: {
        carriers: [{ name: 'Example Mobile' }],
        groups: [{ name: 'pilots' }],
        exceptions: [{ reason: expect.any(String) }],
      },
    });
    if (policy.ok) expect(checkPolicy(policy.policy, null, NOW)).toEqual([]);
  });
});

describe('docs/policy.md', () => {
  const page = readFileSync(join(ROOT, 'docs/policy.md'), 'utf8');

  it('explains every setting of the file', () => {
    const keys = new Set<string>();
    const collect = (node: unknown): void => {
      if (typeof node !== 'object' || node === null) return;
      for (const [key, value] of Object.entries(node)) {
        if (key === 'properties' && typeof value === 'object' && value !== null) {
          for (const name of Object.keys(value)) keys.add(name);
        }
        collect(value);
      }
    };
    collect(policyJsonSchema());
    expect([...keys].filter((key) => !new RegExp(`\\b${key}\\b`).test(page))).toEqual([]);
  });

  it('shows only examples that are valid', () => {
    const examples = [...page.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, example]) => example ?? '');
    expect(examples.length).toBeGreaterThan(8);
    for (const example of examples) {
      const policy = parsed(example.includes('version: 1') ? example : `version: 1\n${example}`);
      expect({ example, problems: policy.ok ? [] : policy.problems }).toEqual({ example, problems: [] });
    }
  });
});
