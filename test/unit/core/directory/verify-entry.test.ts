/** What a signature is over, who verifies it, and what no verifier lets pass. */
import { createPublicKey, generateKeyPairSync } from 'node:crypto';
import fc from 'fast-check';
import type { EntryFields } from '../../../../core/directory/entry';
import { serializeFields } from '../../../../core/directory/entry';
import { jwkSetOf } from '../../../../core/directory/key-set';
import { ENTRY_TYPE, signEntry } from '../../../../core/directory/sign-entry';
import { validityAt } from '../../../../core/directory/validity';
import { decodeEntry, verifyEntry, verifyWholeEntry } from '../../../../core/directory/verify-entry';
import { keysByKid, verifyEs256 } from '../../../../core/directory/verify-es256';
import { fingerprintOf } from '../../../../core/directory/public-key';
import { loadBundled } from '../../../support/bundle-entry';
import { makeCountingKey, makePhoneKey } from '../../../support/directory-fixture';
import type * as joseEntry from '../../../support/jose-entry';
import { readVector } from '../../../support/read-vector';
import { describeWithVectors } from '../../../support/vectors';

const jose = loadBundled('test/support/jose-entry.ts') as typeof joseEntry;

const publicKey = makePhoneKey();
const DRAFT = {
  entryId: '01abc',
  revision: 3,
  phone: '+12025550123',
  status: 'active',
  keyType: 'P-256',
  publicKey,
  fingerprint: fingerprintOf(Buffer.from(publicKey, 'base64')),
  device: { deviceKey: 'jamf:123', enrolledAt: '2026-01-01T00:00:00.000Z' },
  keySource: null,
  notBefore: '2026-11-25T00:00:00.000Z',
  notAfter: null,
  reason: null,
  changedAt: '2026-11-25T00:00:00.000Z',
} as Omit<EntryFields, 'kid'>;
const key = makeCountingKey();
const keyByKid = keysByKid([key]);
const verdictOf = (jws: string): string => verifyEntry(jws, keyByKid).verdict;
const b64 = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const part = (jws: string, at: number): string => jws.split('.')[at]!;

describe('an entry that we sign', () => {
  test('is verified by jose with the published key set, byte for byte', async () => {
    const entry = await signEntry(DRAFT, key);
    const keys = jose.createLocalJWKSet(jwkSetOf([makeCountingKey('directory/0000'), key]));
    const { payload, protectedHeader } = await jose.compactVerify(entry.jws, keys, { algorithms: ['ES256'] });
    expect(protectedHeader).toEqual({ alg: 'ES256', typ: ENTRY_TYPE, kid: 'directory/0001' });
    const { jws, ...fields } = entry;
    expect(JSON.parse(Buffer.from(payload).toString())).toEqual(fields);
    expect(Object.keys(JSON.parse(Buffer.from(payload).toString()) as object)).toEqual(
      'entryId revision phone status keyType publicKey fingerprint device keySource notBefore notAfter reason changedAt kid'.split(
        ' ',
      ),
    );
    expect(jws.startsWith(part(jws, 0))).toBe(true);
  });

  test('comes back from verification as it went in, and from decoding too', async () => {
    const entry = await signEntry(DRAFT, key);
    expect(verifyEntry(entry.jws, keyByKid)).toEqual({ verdict: 'valid', entry });
    expect(verifyWholeEntry(entry, keyByKid)).toEqual({ verdict: 'valid', entry });
    expect(decodeEntry(entry.jws)).toEqual(entry);
  });

  test('takes one signature', async () => {
    const counted = makeCountingKey();
    await signEntry(DRAFT, counted);
    expect(counted.count()).toBe(1);
  });

  test('stays valid when its key is disabled or followed by another', async () => {
    const entry = await signEntry(DRAFT, key);
    const next = makeCountingKey('directory/0002');
    expect(verifyEntry(entry.jws, keysByKid([next, key])).verdict).toBe('valid');
    expect(verifyEntry(entry.jws, keysByKid([next])).verdict).toBe('unknown-kid');
  });

  test('says another thing than the entry around it: any member that was changed shows', async () => {
    const entry = await signEntry(DRAFT, key);
    const changes: readonly object[] = [
      { status: 'revoked' },
      { phone: '+12025550124' },
      { revision: 2 },
      { notAfter: '2030-01-01T00:00:00.000Z' },
      { reason: 'x' },
      { device: { ...entry.device, deviceKey: 'jamf:124' } },
      { kid: 'directory/0002' },
      { publicKey: makePhoneKey() },
      { changedAt: '2026-11-25T00:00:00.001Z' },
    ];
    for (const change of changes) {
      expect(verifyWholeEntry({ ...entry, ...change }, keyByKid).verdict).toBe('fields-differ');
    }
  });
});

describe('what is refused', () => {
  const fields: EntryFields = { ...DRAFT, kid: key.kid };
  const HEADER = { alg: 'ES256', typ: ENTRY_TYPE, kid: key.kid };
  const sign = (payload: unknown, header: object = HEADER, privateKey = key.privateKey) =>
    new jose.CompactSign(Buffer.from(JSON.stringify(payload)))
      .setProtectedHeader(header as typeof HEADER)
      .sign(privateKey);

  test('made by jose with our key, the same entry is valid: the comparison is fair', async () => {
    expect(verdictOf(await sign(fields))).toBe('valid');
  });

  test('alg none, with and without a signature', async () => {
    const good = await sign(fields);
    const none = b64({ ...HEADER, alg: 'none' });
    expect(verdictOf(`${none}.${part(good, 1)}.`)).toBe('malformed');
    expect(verdictOf(`${none}.${part(good, 1)}.${part(good, 2)}`)).toBe('wrong-algorithm');
  });

  test('HS256 with the public key as the secret', async () => {
    const pem = createPublicKey(key.privateKey).export({ format: 'pem', type: 'spki' });
    const jws = await new jose.CompactSign(Buffer.from(JSON.stringify(fields)))
      .setProtectedHeader({ ...HEADER, alg: 'HS256' })
      .sign(Buffer.from(pem));
    expect(verdictOf(jws)).toBe('wrong-algorithm');
  });

  test.each(['ES384', 'es256', 'ES256K', 'RS256', null, ['ES256']])('alg %j', async (alg) => {
    const good = await sign(fields);
    expect(verdictOf(`${b64({ ...HEADER, alg })}.${part(good, 1)}.${part(good, 2)}`)).toBe('wrong-algorithm');
  });

  test('a kid that is unknown, absent, or of another key', async () => {
    const other = makeCountingKey('directory/0002');
    const both = keysByKid([key, other]);
    const kidless = { alg: 'ES256', typ: ENTRY_TYPE };
    expect(verdictOf(await sign(fields, { ...HEADER, kid: 'directory/0009' }))).toBe('unknown-kid');
    expect(verdictOf(await sign(fields, { ...HEADER, kid: '__proto__' }))).toBe('unknown-kid');
    expect(verdictOf(await sign(fields, kidless))).toBe('unknown-kid');
    expect(verifyEntry(await sign(fields, { ...HEADER, kid: other.kid }), both).verdict).toBe('bad-signature');
    // Signed by the key that the header names, with another one in the payload.
    expect(verifyEntry(await sign(fields, { ...HEADER, kid: other.kid }, other.privateKey), both).verdict).toBe(
      'kid-differs',
    );
  });

  test('another type, or none', async () => {
    for (const typ of ['JWT', 'muster-checkpoint+jws', undefined, ENTRY_TYPE.toUpperCase()]) {
      expect(verdictOf(await sign(fields, { alg: 'ES256', kid: key.kid, ...(typ === undefined ? {} : { typ }) }))).toBe(
        'wrong-type',
      );
    }
  });

  test('b64 false, crit, and any key that comes along', async () => {
    const unencoded = await new jose.FlattenedSign(Buffer.from('x'))
      .setProtectedHeader({ ...HEADER, b64: false, crit: ['b64'] })
      .sign(key.privateKey);
    expect(verdictOf(`${unencoded.protected ?? ''}.${b64(fields)}.${unencoded.signature}`)).toBe('unexpected-header');
    const { publicKey: other, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const jwk = other.export({ format: 'jwk' });
    expect(verdictOf(await sign(fields, { ...HEADER, jwk }, privateKey))).toBe('unexpected-header');
    const good = await sign(fields);
    for (const more of [{ crit: ['exp'] }, { x5c: [] }, { jku: 'https://example.com' }, { b64: true }]) {
      expect(verdictOf(`${b64({ ...HEADER, ...more })}.${part(good, 1)}.${part(good, 2)}`)).toBe('unexpected-header');
    }
  });

  test('a payload that was changed, and a signature in DER', async () => {
    const good = await sign(fields);
    const forged = b64({ ...fields, status: 'revoked' });
    expect(verdictOf(`${part(good, 0)}.${forged}.${part(good, 2)}`)).toBe('bad-signature');
    const raw = Buffer.from(part(good, 2), 'base64url');
    const integer = (bytes: Buffer): Buffer => {
      const positive = (bytes[0] ?? 0) < 0x80 ? bytes : Buffer.concat([Buffer.from([0]), bytes]);
      return Buffer.concat([Buffer.from([0x02, positive.length]), positive]);
    };
    const body = Buffer.concat([integer(raw.subarray(0, 32)), integer(raw.subarray(32))]);
    const der = Buffer.concat([Buffer.from([0x30, body.length]), body]).toString('base64url');
    expect(verdictOf(`${part(good, 0)}.${part(good, 1)}.${der}`)).toBe('bad-signature');
  });

  test('a signature of no bytes of sense: zeros, one short, one long', async () => {
    const good = await sign(fields);
    const raw = Buffer.from(part(good, 2), 'base64url');
    for (const bytes of [
      Buffer.alloc(64),
      raw.subarray(0, 63),
      Buffer.concat([raw, Buffer.alloc(1)]),
      Buffer.alloc(1),
    ]) {
      expect(verdictOf(`${part(good, 0)}.${part(good, 1)}.${bytes.toString('base64url')}`)).toBe('bad-signature');
    }
  });

  test('another spelling of the same bytes', async () => {
    const good = await sign(fields);
    const [header, payload, signature] = good.split('.') as [string, string, string];
    for (const text of [
      `${good}=`,
      `${good}.`,
      ` ${good}`,
      `${good}\n`,
      `${header}.${payload}`,
      `${header}..${signature}`,
      `${header}.${payload}.${signature}.${signature}`,
      `${header.replace(/^./, '+')}.${payload}.${signature}`,
      '',
      '..',
      'x'.repeat(20_000),
      `${b64('text')}.${payload}.${signature}`,
      `${b64(null)}.${payload}.${signature}`,
    ]) {
      expect(verdictOf(text)).toBe('malformed');
    }
  });

  test('what is signed and no entry, or an entry whose key is not its own', async () => {
    const { phone, ...rest } = fields;
    expect(verdictOf(await sign({ sub: phone }))).toBe('not-an-entry');
    expect(verdictOf(await sign(rest))).toBe('not-an-entry');
    expect(verdictOf(await sign({ ...fields, extra: 1 }))).toBe('not-an-entry');
    expect(verdictOf(await sign({ ...fields, revision: 0 }))).toBe('not-an-entry');
    expect(verdictOf(await sign({ ...fields, publicKey: makePhoneKey() }))).toBe('key-differs');
    expect(verdictOf(await sign({ ...fields, keyType: 'P-384' }))).toBe('key-differs');
  });

  test('any one character that is changed anywhere', async () => {
    const { jws } = await signEntry(DRAFT, key);
    fc.assert(
      fc.property(
        fc.nat({ max: jws.length - 1 }),
        fc.constantFrom('A', 'Z', 'a', 'z', '0', '9', '-', '_', '.'),
        (at, character) => {
          fc.pre(jws[at] !== character);
          return verdictOf(jws.slice(0, at) + character + jws.slice(at + 1)) !== 'valid';
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('validity', () => {
  const entry = { notBefore: '2026-11-25T00:00:00.000Z', notAfter: '2026-11-26T00:00:00.000Z' } as EntryFields;
  test.each([
    ['2026-11-24T23:59:59.999Z', 'not-yet-valid'],
    ['2026-11-25T00:00:00.000Z', 'valid'],
    ['2026-11-25T23:59:59.999Z', 'valid'],
    ['2026-11-26T00:00:00.000Z', 'expired'],
  ])('at %s: %s', (now, validity) => expect(validityAt(entry, Date.parse(now))).toBe(validity));

  test('has no end where there is no notAfter', () => {
    expect(validityAt({ ...entry, notAfter: null }, Date.parse('2199-01-01T00:00:00Z'))).toBe('valid');
  });
});

test('the order of members in what is signed does not depend on how the entry was put together', () => {
  const fields: EntryFields = { ...DRAFT, kid: 'k/1' };
  const reversed = Object.fromEntries(Object.entries(fields).reverse()) as EntryFields;
  expect(serializeFields(reversed)).toBe(serializeFields(fields));
});

describeWithVectors('Wycheproof signatures', () => {
  interface Case {
    readonly tcId: number;
    readonly msg: string;
    readonly sig: string;
    readonly result: string;
  }
  interface Vectors {
    readonly testGroups: readonly { readonly publicKeyDer: string; readonly tests: readonly Case[] }[];
  }
  interface JwsVectors {
    readonly testGroups: readonly { readonly tests: readonly { readonly jws: unknown }[] }[];
  }

  const verdicts = (path: string): readonly (readonly [Case, boolean])[] =>
    (readVector(path) as Vectors).testGroups.flatMap(({ publicKeyDer, tests }) => {
      const verifying = createPublicKey({ key: Buffer.from(publicKeyDer, 'hex'), format: 'der', type: 'spki' });
      return tests.map(
        (each) => [each, verifyEs256(verifying, Buffer.from(each.msg, 'hex'), Buffer.from(each.sig, 'hex'))] as const,
      );
    });

  test('ECDSA P-256 with SHA-256, r‖s: 262 verdicts as the vectors have them', () => {
    const cases = verdicts('wycheproof/ecdsa_secp256r1_sha256_p1363_test.json');
    expect(cases).toHaveLength(262);
    expect(cases.filter(([{ result }, verdict]) => verdict !== (result === 'valid'))).toEqual([]);
  });

  test('the same in DER: none of the 484 passes for r‖s', () => {
    const cases = verdicts('wycheproof/ecdsa_secp256r1_sha256_test.json');
    expect(cases).toHaveLength(484);
    expect(cases.filter(([, verdict]) => verdict)).toEqual([]);
  });

  test('JWS: none of the 401 is an entry, and each gets a verdict', () => {
    const { testGroups } = readVector('wycheproof/json_web_signature_test.json') as JwsVectors;
    const all = testGroups.flatMap(({ tests }) => tests.map(({ jws }) => jws));
    expect(all).toHaveLength(401);
    for (const jws of all) expect(verdictOf(typeof jws === 'string' ? jws : JSON.stringify(jws))).not.toBe('valid');
  });
});
