/** Which keys the directory takes, and by which name it refuses the others. */
import { execFileSync, spawnSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import fc from 'fast-check';
import { KEY_FAULTS } from '../../../../core/directory/key-fault';
import { parsePublicKey, parseSpki } from '../../../../core/directory/public-key';
import { readVector } from '../../../support/read-vector';
import { describeWithVectors } from '../../../support/vectors';

const der = (key: KeyObject): Buffer => key.export({ format: 'der', type: 'spki' });
const ec = (namedCurve: string): { publicKey: KeyObject; privateKey: KeyObject } =>
  generateKeyPairSync('ec', { namedCurve });
const p256 = ec('P-256');
const ed25519 = generateKeyPairSync('ed25519');
const SPKI = der(p256.publicKey);
const HEAD = SPKI.subarray(0, 26);
const X = SPKI.subarray(27, 59);

const faultOf = (text: string): string => {
  const read = parsePublicKey(text);
  return read.ok ? 'accepted' : read.fault;
};
const faultOfBytes = (...parts: readonly (Buffer | string)[]): string =>
  faultOf(
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part, 'hex') : part))).toString('base64'),
  );
const ed = (point: string): string => faultOfBytes('302a300506032b6570032100', point);

/** A SEQUENCE, BIT STRING … around contents, with the shortest length. */
const tlv = (tag: number, ...contents: readonly Buffer[]): Buffer => {
  const content = Buffer.concat(contents);
  const length = content.length < 128 ? [content.length] : [0x81, content.length];
  return Buffer.concat([Buffer.from([tag, ...length]), content]);
};
const oid = (hex: string): Buffer => tlv(0x06, Buffer.from(hex, 'hex'));
const EC_OID = oid('2a8648ce3d0201');
const P256_OID = oid('2a8648ce3d030107');
const bits = (point: Buffer): Buffer => tlv(0x03, Buffer.from([0]), point);
const POINT = SPKI.subarray(26);

describe('a key that is taken', () => {
  const pairs: readonly (readonly [string, KeyObject])[] = [
    ['P-256', p256.publicKey],
    ['P-384', ec('P-384').publicKey],
    ['P-521', ec('P-521').publicKey],
    ['Ed25519', ed25519.publicKey],
  ];

  test.each(pairs)('%s, as PEM, as base64, wrapped and in CRLF, always with the same fingerprint', (keyType, key) => {
    const pem = key.export({ format: 'pem', type: 'spki' }).toString();
    const base64 = der(key).toString('base64');
    const wrapped = base64.replace(/.{76}/g, '$&\n');
    const read = parsePublicKey(base64);
    expect(read).toMatchObject({ ok: true, key: { keyType } });
    for (const text of [pem, pem.trim(), pem.replace(/\n/g, '\r\n'), `  ${base64}\n`, wrapped]) {
      expect(parsePublicKey(text)).toEqual(read);
    }
    expect(read.ok && read.key.spki.equals(der(key))).toBe(true);
  });

  test('has a leading zero in its coordinates as often as chance has it', () => {
    for (let at = 0; at < 600; at += 1) expect(parseSpki(der(ec('P-256').publicKey)).ok).toBe(true);
  });

  const openssl = spawnSync('openssl', ['version']).status === 0;
  if (!openssl) process.stderr.write('skipped: fingerprints as openssl prints them: openssl is not on the PATH\n');
  (openssl ? test : test.skip)('has the fingerprint that openssl prints', () => {
    for (const [, key] of pairs) {
      const pem = key.export({ format: 'pem', type: 'spki' }).toString();
      const command = 'openssl pkey -pubin -outform DER | openssl dgst -sha256 -binary | base64';
      const printed = execFileSync('sh', ['-c', command], { input: pem, encoding: 'utf8' }).trim();
      expect(parsePublicKey(pem)).toMatchObject({ ok: true, key: { fingerprint: printed } });
    }
  });
});

describe('a private key', () => {
  const { privateKey } = p256;
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const encrypted = { cipher: 'aes-256-cbc', passphrase: 'x' };
  const texts: readonly (readonly [string, string])[] = [
    ['PKCS #8 PEM', privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()],
    ['SEC 1 PEM', privateKey.export({ format: 'pem', type: 'sec1' }).toString()],
    ['encrypted PEM', privateKey.export({ format: 'pem', type: 'pkcs8', ...encrypted }).toString()],
    ['PKCS #1 PEM', rsa.export({ format: 'pem', type: 'pkcs1' }).toString()],
    ['OpenSSH', '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXk=\n-----END OPENSSH PRIVATE KEY-----'],
    ['PKCS #8 base64', privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')],
    ['Ed25519 PKCS #8 base64', ed25519.privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64')],
    ['SEC 1 base64', privateKey.export({ format: 'der', type: 'sec1' }).toString('base64')],
    ['encrypted base64', privateKey.export({ format: 'der', type: 'pkcs8', ...encrypted }).toString('base64')],
    ['PKCS #1 base64', rsa.export({ format: 'der', type: 'pkcs1' }).toString('base64')],
    ['in a block that says it is public', pemOf(privateKey.export({ format: 'der', type: 'pkcs8' }))],
    ['JWK', JSON.stringify(privateKey.export({ format: 'jwk' }))],
    ['after its public half', `${pemOf(SPKI)}${privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()}`],
    [
      'in a text of a megabyte',
      `${' '.repeat(1_000_000)}${privateKey.export({ format: 'pem', type: 'pkcs8' }).toString()}`,
    ],
  ];

  test.each(texts)('is named and never echoed: %s', (_, text) => {
    const read = parsePublicKey(text);
    expect(read).toEqual({ ok: false, fault: 'private-key-sent' });
  });
});

function pemOf(bytes: Buffer): string {
  return `-----BEGIN PUBLIC KEY-----\n${bytes.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END PUBLIC KEY-----\n`;
}

describe('a key that is refused by name', () => {
  const base64 = SPKI.toString('base64');
  const explicit = generateKeyPairSync('ec', { namedCurve: 'P-256', paramEncoding: 'explicit' }).publicKey;
  const spkiOf = (type: 'rsa' | 'x25519' | 'ed448'): string =>
    der(
      type === 'rsa'
        ? generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey
        : type === 'x25519'
          ? generateKeyPairSync('x25519').publicKey
          : generateKeyPairSync('ed448').publicKey,
    ).toString('base64');
  const compressed = Buffer.concat([Buffer.from([(SPKI.at(-1) ?? 0) % 2 === 0 ? 2 : 3]), X]);

  const texts: readonly (readonly [string, string, string])[] = [
    ['empty', '', 'malformed-base64'],
    ['blank', ' \n', 'malformed-base64'],
    ['a word', 'key', 'malformed-base64'],
    ['base64url', base64.replace(/\+/g, '-').replace(/\//g, '_').replace(/[^=]$/, '_'), 'malformed-base64'],
    ['no padding', base64.replace(/=+$/, '') + '=', 'malformed-base64'],
    ['a space within', `${base64.slice(0, 10)} ${base64.slice(10)}`, 'malformed-base64'],
    ['10,000 characters', 'A'.repeat(10_000), 'too-large'],
    ['a certificate', '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----', 'malformed-pem'],
    ['text before the block', `Bag Attributes\n${pemOf(SPKI)}`, 'malformed-pem'],
    ['two blocks', `${pemOf(SPKI)}${pemOf(SPKI)}`, 'malformed-pem'],
    ['a block without an end', pemOf(SPKI).replace(/-----END[^]*/, ''), 'malformed-pem'],
    ['headers in the block', pemOf(SPKI).replace('\n', '\nProc-Type: 4\n\n'), 'malformed-pem'],
    ['PEM of no key', '-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----', 'not-spki'],
    ['an SSH key', 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJx', 'malformed-base64'],
    ['a JWK', JSON.stringify(p256.publicKey.export({ format: 'jwk' })), 'malformed-base64'],
    ['RSA', spkiOf('rsa'), 'rsa-not-accepted'],
    ['RSA as PKCS #1', '-----BEGIN RSA PUBLIC KEY-----\nMIIB\n-----END RSA PUBLIC KEY-----', 'rsa-not-accepted'],
    ['X25519, which cannot sign', spkiOf('x25519'), 'algorithm-not-accepted'],
    ['Ed448', spkiOf('ed448'), 'algorithm-not-accepted'],
    ['secp256k1', der(ec('secp256k1').publicKey).toString('base64'), 'unknown-curve'],
    ['P-224', der(ec('secp224r1').publicKey).toString('base64'), 'unknown-curve'],
    ['explicit parameters', der(explicit).toString('base64'), 'explicit-parameters'],
  ];
  test.each(texts)('%s', (_, text, fault) => expect(faultOf(text)).toBe(fault));

  const algorithm = tlv(0x30, EC_OID, P256_OID);
  const bytes: readonly (readonly [string, string, string])[] = [
    ['a byte behind the key', faultOfBytes(SPKI, '00'), 'trailing-bytes'],
    ['the key twice', faultOfBytes(SPKI, SPKI), 'trailing-bytes'],
    ['cut off', faultOfBytes(SPKI.subarray(0, 90)), 'not-spki'],
    ['one byte', faultOfBytes('30'), 'not-spki'],
    ['a number', faultOfBytes('020101'), 'not-spki'],
    ['an empty sequence', faultOfBytes('3000'), 'not-spki'],
    ['the point alone', faultOfBytes(POINT), 'not-spki'],
    ['a long length for a short one', faultOfBytes('308159', SPKI.subarray(2)), 'non-canonical-der'],
    ['a length with a leading zero', faultOfBytes('30820059', SPKI.subarray(2)), 'non-canonical-der'],
    ['an indefinite length', faultOfBytes('3080', SPKI.subarray(2)), 'non-canonical-der'],
    ['unused bits', faultOfBytes(tlv(0x30, algorithm, tlv(0x03, Buffer.from([1]), POINT))), 'non-canonical-der'],
    ['a third member', faultOfBytes(tlv(0x30, algorithm, bits(POINT), tlv(0x05))), 'non-canonical-der'],
    [
      'parameters behind the curve',
      faultOfBytes(tlv(0x30, tlv(0x30, EC_OID, P256_OID, tlv(0x05)), bits(POINT))),
      'non-canonical-der',
    ],
    ['no curve', faultOfBytes(tlv(0x30, tlv(0x30, EC_OID), bits(POINT))), 'unknown-curve'],
    ['NULL for a curve', faultOfBytes(tlv(0x30, tlv(0x30, EC_OID, tlv(0x05)), bits(POINT))), 'unknown-curve'],
    ['a compressed point', faultOfBytes(tlv(0x30, algorithm, bits(compressed))), 'compressed-point'],
    [
      'a hybrid point',
      faultOfBytes(HEAD, Buffer.from([6 + ((SPKI.at(-1) ?? 0) % 2)]), SPKI.subarray(27)),
      'hybrid-point',
    ],
    ['the point at infinity', faultOfBytes(tlv(0x30, algorithm, bits(Buffer.from([0])))), 'not-on-curve'],
    ['zero for x and y', faultOfBytes(HEAD, '04', '00'.repeat(64)), 'not-on-curve'],
    ['a bit of y turned', faultOfBytes(SPKI.subarray(0, 90), Buffer.from([(SPKI.at(-1) ?? 0) ^ 1])), 'not-on-curve'],
    ['x and y as large as can be', faultOfBytes(HEAD, '04', 'ff'.repeat(64)), 'not-on-curve'],
    [
      'the point of another curve',
      faultOfBytes(tlv(0x30, algorithm, bits(der(ec('P-384').publicKey).subarray(23)))),
      'wrong-length',
    ],
    ['secp256k1 as P-256', faultOfBytes(HEAD, der(ec('secp256k1').publicKey).subarray(-65)), 'not-on-curve'],
    [
      'Ed25519 with NULL parameters',
      faultOfBytes(tlv(0x30, tlv(0x30, oid('2b6570'), tlv(0x05)), bits(Buffer.alloc(32, 9)))),
      'non-canonical-der',
    ],
    [
      'Ed25519 with 31 bytes',
      faultOfBytes(tlv(0x30, tlv(0x30, oid('2b6570')), bits(Buffer.alloc(31, 9)))),
      'wrong-length',
    ],
  ];
  test.each(bytes)('%s', (_, fault, expected) => expect(fault).toBe(expected));

  test.each([
    ['order 1', '0100000000000000000000000000000000000000000000000000000000000000', 'low-order-point'],
    ['order 2', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'low-order-point'],
    ['order 4', '0000000000000000000000000000000000000000000000000000000000000000', 'low-order-point'],
    ['order 4, other sign', '0000000000000000000000000000000000000000000000000000000000000080', 'low-order-point'],
    ['order 8', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a', 'low-order-point'],
    ['order 8, other sign', 'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa', 'low-order-point'],
    ['order 8, other y', '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05', 'low-order-point'],
    [
      'order 8, other y and sign',
      '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
      'low-order-point',
    ],
    ['−0 for x at order 1', '0100000000000000000000000000000000000000000000000000000000000080', 'non-canonical-point'],
    ['−0 for x at order 2', 'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff', 'non-canonical-point'],
    ['y = p', 'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'non-canonical-point'],
    ['y = p + 1', 'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f', 'non-canonical-point'],
    ['y = 2, which is on no point', '0200000000000000000000000000000000000000000000000000000000000000', 'not-on-curve'],
  ])('Ed25519, %s', (_, point, fault) => expect(ed(point)).toBe(fault));

  test('every kind has a case here, and a hint that says what to do', () => {
    const seen = new Set([
      'private-key-sent',
      'low-order-point',
      'non-canonical-point',
      ...texts.map(([, , fault]) => fault),
      ...bytes.map(([, , fault]) => fault),
    ]);
    expect([...seen].sort()).toEqual(Object.keys(KEY_FAULTS).sort());
    for (const hint of Object.values(KEY_FAULTS)) expect(hint).toMatch(/\.$/);
  });
});

describe('whatever bytes come', () => {
  test('the answer is a key with exactly these bytes, or a reason; nothing is thrown', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const read = parseSpki(Buffer.from(bytes));
        return read.ok ? read.key.spki.equals(bytes) : read.fault in KEY_FAULTS;
      }),
    );
  });

  test('one byte changed in the head of a key is never taken for the same key', () => {
    const spkis = [SPKI, der(ec('P-521').publicKey), der(ed25519.publicKey)];
    fc.assert(
      fc.property(
        fc.constantFrom(...spkis),
        fc.nat({ max: 11 }),
        fc.integer({ min: 1, max: 255 }),
        (spki, at, mask) => {
          const changed = Buffer.from(spki);
          changed[at] = (changed[at] ?? 0) ^ mask;
          return !parseSpki(changed).ok;
        },
      ),
    );
  });

  test('any text is answered, too', () => {
    fc.assert(fc.property(fc.string({ maxLength: 300 }), (text) => faultOf(text) !== 'accepted'));
  });
});

describeWithVectors('Wycheproof ECDH on P-256: its public keys', () => {
  interface Vectors {
    readonly testGroups: readonly { readonly tests: readonly EcdhCase[] }[];
  }
  interface EcdhCase {
    readonly tcId: number;
    readonly flags: readonly string[];
    readonly public: string;
    readonly result: 'valid' | 'invalid' | 'acceptable';
  }

  test('612 keys: the valid ones are taken, and none of the invalid or merely acceptable ones', () => {
    const { testGroups } = readVector('wycheproof/ecdh_secp256r1_test.json') as Vectors;
    const cases = testGroups.flatMap(({ tests }) => tests);
    expect(cases).toHaveLength(612);
    const wrong = cases.filter(({ public: bytes, result, flags }) => {
      const read = parseSpki(Buffer.from(bytes, 'hex'));
      // Keys on other curves are invalid for P-256 only; P-384 and P-521 are welcome here.
      if (flags.includes('WrongCurve')) return read.ok && read.key.keyType === 'P-256';
      return read.ok !== (result === 'valid');
    });
    expect(wrong.map(({ tcId, flags }) => [tcId, ...flags])).toEqual([]);
  });
});
