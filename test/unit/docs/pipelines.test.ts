import { parseDocument } from 'yaml';
import { read } from './markdown';

const EXAMPLES = ['docs/examples/github-actions.yml', 'docs/examples/azure-pipelines.yml'];
const { scripts } = JSON.parse(read('package.json')) as { readonly scripts: Readonly<Record<string, string>> };

/** What a stored secret looks like: long runs of letters and digits, references to a secret store, keys by name. */
const SECRETS: readonly RegExp[] = [
  /\bsecrets\./i,
  /\b(?:password|client[_-]?secret|account[_-]?key|connection[_-]?string|sas[_-]?token|publish-profile|creds)\b\s*[:=]/i,
  /\beyJ[A-Za-z0-9_-]{8,}/,
  /\b[A-Za-z0-9+/_-]{40,}={0,2}(?![\w./-])/,
  /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/i,
];

describe.each(EXAMPLES)('%s', (file) => {
  const text = read(file);

  test('is YAML', () => {
    const { errors, warnings } = parseDocument(text, { uniqueKeys: true });
    expect([...errors, ...warnings]).toEqual([]);
  });

  test('holds nothing that looks like a secret', () =>
    expect(SECRETS.flatMap((pattern) => pattern.exec(text)?.[0] ?? [])).toEqual([]));

  test('calls scripts that there are', () => {
    const called = [...text.matchAll(/\bnpm (?:run ([\w:-]+)|(test|ci)\b)/g)].map(([, run, own]) => run ?? own ?? '');
    expect(called).toEqual(expect.arrayContaining(['check', 'test', 'check:package']));
    expect(called.filter((name) => name !== 'ci' && scripts[name] === undefined)).toEqual([]);
  });

  test('names files that there are or that packaging makes', () => {
    for (const name of ['infra/main.bicep', 'infra/production.bicepparam', 'infra/get-bicep.sh'])
      expect(read(name)).not.toBe('');
    expect(text).toContain('SHA256SUMS');
    expect(text).toContain('bom.json');
    expect(text).toContain('what-if');
  });

  test('signs in without a stored secret', () =>
    expect(text).toMatch(/id-token: write[\s\S]*azure\/login|azureSubscription: muster-azure/));
});
