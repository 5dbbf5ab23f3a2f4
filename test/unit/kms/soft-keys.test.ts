/** What the folder of soft keys holds, who can read it, and that nothing in it is changed without notice. */
import { createHash, createPublicKey, verify } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError, PermanentError } from '../../../core/errors';
import type { Kms } from '../../../core/ports/kms';
import { openKms } from '../../../kms';
import { rotateSoftKey, setSoftKeyEnabled } from '../../../kms/soft/open-soft-keys';

const NOW = Date.parse('2026-11-25T08:00:00Z');
const clock = { now: () => NOW };
const digest = createHash('sha256').update('message').digest();
const PASSPHRASE = 'correct horse battery staple';

let folder: string;
beforeEach(() => {
  folder = path.join(mkdtempSync(path.join(tmpdir(), 'muster-keys-')), 'keys');
});
afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

const open = (passphrase?: string): Promise<Kms> =>
  openKms(`softkms:${folder}`, { clock, ...(passphrase === undefined ? {} : { passphrase }) });
const file = (name: string): string => path.join(folder, name);
const modeOf = (name: string): number => statSync(name).mode & 0o777;
const refusalOf = async (work: () => Promise<unknown>): Promise<Error> => {
  const outcome: unknown = await work().then(
    () => null,
    (error: unknown) => error,
  );
  if (!(outcome instanceof ConfigError || outcome instanceof PermanentError))
    throw new Error(`no refusal: ${String(outcome)}`);
  return outcome;
};

describe('the folder', () => {
  it('is made at need, with one file for each version, all for the owner only', async () => {
    await open();
    await rotateSoftKey(folder, { clock });
    expect(readdirSync(folder).sort()).toEqual(['folder.key', 'key-0001.json', 'key-0002.json', 'protection.json']);
    expect(modeOf(folder)).toBe(0o700);
    expect(readdirSync(folder).map((name) => modeOf(file(name)))).toEqual([0o600, 0o600, 0o600, 0o600]);
  });

  it('has no secret beside the passphrase where there is one', async () => {
    await open(PASSPHRASE);
    expect(readdirSync(folder).sort()).toEqual(['key-0001.json', 'protection.json']);
    expect(readFileSync(file('protection.json'), 'utf8')).not.toContain(PASSPHRASE);
  });

  it('holds no private key that can be read without the protection', async () => {
    const key = await (await open()).signingKey();
    const stored = JSON.parse(readFileSync(file('key-0001.json'), 'utf8'));
    expect(stored.publicKey).toEqual(key.publicKey);
    const sealed = Buffer.from(stored.privateKey, 'base64url');
    expect(() => createPublicKey({ key: sealed, format: 'der', type: 'pkcs8' } as never)).toThrow();
    expect(JSON.stringify(stored)).not.toContain('"d"');
  });

  it('may hold what a killed process left behind', async () => {
    const { kid } = await (await open()).signingKey();
    writeFileSync(file('.draft-1'), 'half of a k');
    writeFileSync(file('key-0002.json.draft'), '');
    expect((await (await open()).signingKey()).kid).toBe(kid);
  });

  it('that nobody can write is a problem of the configuration', async () => {
    writeFileSync(path.dirname(folder) + '/keys', 'a file');
    expect(await refusalOf(() => open())).toBeInstanceOf(ConfigError);
  });
});

describe('processes that open an empty folder at once', () => {
  it('get one key, whoever makes it', async () => {
    const all = await Promise.all(Array.from({ length: 8 }, () => open()));
    const kids = await Promise.all(all.map(async (kms) => (await kms.signingKey()).kid));
    expect(new Set(kids).size).toBe(1);
    expect(await all[0]!.versions()).toHaveLength(1);
  });
  it('and rotate at once get a version each, in an order', async () => {
    await open();
    const made = await Promise.all(Array.from({ length: 5 }, () => rotateSoftKey(folder, { clock })));
    const versions = await (await open()).versions();
    expect(new Set(made).size).toBe(5);
    expect(versions).toHaveLength(6);
    expect(new Set(versions.map(({ createdAt }) => createdAt)).size).toBe(6);
  });
});

it('a clock that was set back does not make an old version the newest', async () => {
  const old = await (await open()).signingKey();
  const kid = await rotateSoftKey(folder, { clock: { now: () => NOW - 86_400_000 } });
  const versions = await (await open()).versions();
  expect(versions.map((each) => each.kid)).toEqual([kid, old.kid]);
  expect((await (await open()).signingKey()).kid).toBe(kid);
});

it('gives the newest hundred of more versions', async () => {
  await open();
  for (let at = 0; at < 101; at += 1) await rotateSoftKey(folder, { clock });
  const versions = await (await open()).versions();
  expect(versions).toHaveLength(100);
  expect(versions[0]!.kid).toBe((await (await open()).signingKey()).kid);
});

describe('a passphrase', () => {
  it('opens the folder again, in any form of the same letters, and signs', async () => {
    const first = await (await open('pass\u00e9')).signingKey();
    const again = await (await open('passe\u0301')).signingKey();
    expect(again.kid).toBe(first.kid);
    const key = createPublicKey({ key: { ...first.publicKey }, format: 'jwk' });
    expect(verify('sha256', Buffer.from('message'), { key, dsaEncoding: 'ieee-p1363' }, await again.sign(digest))).toBe(
      true,
    );
  });
  it('that is wrong, missing or empty is refused, without being repeated', async () => {
    await open(PASSPHRASE);
    for (const wrong of [`${PASSPHRASE}!`, undefined]) {
      const refused = await refusalOf(() => open(wrong));
      expect(refused).toBeInstanceOf(ConfigError);
      expect(refused.message).toContain('passphrase');
      expect(JSON.stringify(refused)).not.toContain('battery');
    }
    folder = `${folder}-2`;
    expect(await refusalOf(() => open(''))).toBeInstanceOf(ConfigError);
  });
  it('given for a folder without one is refused: it would protect nothing', async () => {
    await open();
    expect((await refusalOf(() => open(PASSPHRASE))).message).toContain('without a passphrase');
  });
});

describe('the key of a folder without a passphrase', () => {
  it.each([0o644, 0o640, 0o604, 0o660])('is refused when others can read it: %i', async (mode) => {
    await open();
    chmodSync(file('folder.key'), mode);
    const refused = await refusalOf(() => open());
    expect(refused).toMatchObject({ problems: [{ hint: expect.stringContaining(`chmod 600 ${file('folder.key')}`) }] });
  });
  it('is not made anew when it is missing: the keys would be lost', async () => {
    await open();
    const secret = readFileSync(file('folder.key'));
    rmSync(file('folder.key'));
    expect((await refusalOf(() => open())).message).toContain('folder.key is missing');
    expect(readdirSync(folder)).not.toContain('folder.key');
    writeFileSync(file('folder.key'), secret, { mode: 0o600 });
    await expect(open()).resolves.toBeDefined();
  });
});

/** A file of the folder, as far as the tests change it. */
interface Stored {
  [name: string]: unknown;
  privateKey: string;
  tag: string;
  check: string;
  publicKey: { x: string };
}

describe('tampering is detected and named', () => {
  const edit = (name: string, change: (json: Stored) => unknown): void => {
    const json = JSON.parse(readFileSync(file(name), 'utf8')) as Stored;
    change(json);
    writeFileSync(file(name), JSON.stringify(json));
  };
  const flip = (text: string): string => (text.startsWith('A') ? 'B' : 'A') + text.slice(1);
  const cases: readonly (readonly [string, string, string, () => void])[] = [
    [
      'the private key',
      'key-0001.json',
      'was changed',
      () => edit('key-0001.json', (json) => (json.privateKey = flip(json.privateKey))),
    ],
    ['the tag', 'key-0001.json', 'was changed', () => edit('key-0001.json', (json) => (json.tag = flip(json.tag)))],
    [
      'a shortened tag',
      'key-0001.json',
      'was changed',
      () => edit('key-0001.json', (json) => (json.tag = json.tag.slice(0, 6))),
    ],
    [
      'the public key',
      'key-0001.json',
      'was changed',
      () => edit('key-0001.json', (json) => (json.publicKey.x = flip(json.publicKey.x))),
    ],
    [
      'the time',
      'key-0001.json',
      'was changed',
      () => edit('key-0001.json', (json) => (json['createdAt'] = '2020-01-01T00:00:00.000Z')),
    ],
    [
      'whether it is enabled',
      'key-0002.json',
      'was changed',
      () => edit('key-0002.json', (json) => (json['enabled'] = true)),
    ],
    [
      'the version',
      'key-0001.json',
      'was changed',
      () => edit('key-0001.json', (json) => (json['version'] = '0'.repeat(32))),
    ],
    ['an unknown field', 'key-0001.json', 'is damaged', () => edit('key-0001.json', (json) => (json['note'] = 'x'))],
    [
      'half a file',
      'key-0001.json',
      'is damaged',
      () => writeFileSync(file('key-0001.json'), readFileSync(file('key-0001.json')).subarray(0, 100)),
    ],
    ['an empty file', 'key-0001.json', 'is damaged', () => writeFileSync(file('key-0001.json'), '')],
    [
      'one file in place of another',
      'key-0002.json',
      'holds the key of another file',
      () => copyFileSync(file('key-0001.json'), file('key-0002.json')),
    ],
    ['a file that is gone', 'key-0001.json', 'is missing', () => rmSync(file('key-0001.json'))],
    [
      'the secret',
      'folder.key',
      'was changed',
      () => writeFileSync(file('folder.key'), Buffer.alloc(32, 7).toString('base64url')),
    ],
    ['a short secret', 'folder.key', 'is damaged', () => writeFileSync(file('folder.key'), 'short')],
    [
      'the protection',
      'protection.json',
      'is damaged',
      () => edit('protection.json', (json) => (json['kind'] = 'none')),
    ],
    [
      'the check',
      'protection.json',
      'was changed',
      () => edit('protection.json', (json) => (json.check = flip(json.check))),
    ],
    ['the protection, gone', 'protection.json', 'is missing', () => rmSync(file('protection.json'))],
  ];
  it.each(cases)('%s', async (_what, name, says, tamper) => {
    await open();
    const kid = await rotateSoftKey(folder, { clock });
    await setSoftKeyEnabled(folder, kid.split('/')[1] ?? '', false, { clock });
    tamper();
    const refused = await refusalOf(open);
    expect(refused.message).toContain(name);
    expect(refused.message).toContain(says);
  });

  it('also by a process that has the folder open', async () => {
    const kms = await open();
    const key = await kms.signingKey();
    edit('key-0001.json', (json) => (json['createdAt'] = '2020-01-01T00:00:00.000Z'));
    await expect(key.sign(digest)).rejects.toThrow('key-0001.json was changed');
    await expect(kms.versions()).rejects.toThrow(PermanentError);
  });

  it('of the cost of a passphrase: it cannot be lowered', async () => {
    await open(PASSPHRASE);
    edit('protection.json', (json) => (json['n'] = 2));
    expect((await refusalOf(() => open(PASSPHRASE))).message).toContain('protection.json is damaged');
  });
});

it('a version of another folder is not taken', async () => {
  await open();
  const other = path.join(path.dirname(folder), 'other');
  mkdirSync(other);
  await openKms(`softkms:${other}`, { clock });
  copyFileSync(path.join(other, 'key-0001.json'), file('key-0001.json'));
  expect((await refusalOf(open)).message).toContain('key-0001.json was changed');
});

it('signs nothing after it was closed', async () => {
  const kms = await open();
  const key = await kms.signingKey();
  await kms.close();
  await kms.close();
  await expect(key.sign(digest)).rejects.toThrow('closed');
});
