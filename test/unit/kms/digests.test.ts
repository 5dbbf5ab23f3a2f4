/** Signing and verifying over a digest, against OpenSSL on the other side and against public vectors. */
import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import type { PublicJwk } from '../../../core/ports/kms';
import { ORDER, inverse, toBytes, toNumber, toPublicJwk } from '../../../kms/p256';
import { signDigest } from '../../../kms/sign-digest';
import { verifyDigest } from '../../../kms/verify-digest';
import { readVector } from '../../support/read-vector';
import { describeWithVectors } from '../../support/vectors';

const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const jwk = publicKey.export({ format: 'jwk' }) as unknown as PublicJwk;
const scalar = toNumber(Buffer.from(privateKey.export({ format: 'jwk' }).d ?? '', 'base64url'));
const digestOf = (message: Buffer): Buffer => createHash('sha256').update(message).digest();

/** A message whose digest begins with zeros, so that a number of fewer bytes has to be padded. */
const zeroLed = ((): Buffer => {
  for (let at = 0; ; at += 1) {
    const message = Buffer.from(`zero ${at}`);
    if (digestOf(message)[0] === 0) return message;
  }
})();

describe('signDigest', () => {
  const messages: readonly (readonly [string, Buffer])[] = [
    ['a text', Buffer.from('text')],
    ['nothing', Buffer.alloc(0)],
    ['a text whose digest begins with zeros', zeroLed],
    ['a megabyte', randomBytes(1024 * 1024)],
  ];
  for (const [what, message] of messages) {
    it(`signs what node:crypto verifies: ${what}`, () => {
      const signature = signDigest(scalar, digestOf(message));
      expect(signature).toHaveLength(64);
      expect(verify('sha256', message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
      expect(verify('sha256', Buffer.from('other'), { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature)).toBe(
        false,
      );
    });
  }

  for (const [what, key] of [
    ['the smallest key', 1n],
    ['a key with leading zeros', 7n],
    ['the largest key', ORDER - 1n],
  ] as const) {
    it(`signs with ${what}`, () => {
      const exchange = Buffer.concat([
        Buffer.from('30310201010420', 'hex'),
        toBytes(key),
        Buffer.from('a00a06082a8648ce3d030107', 'hex'),
      ]);
      const half = createPublicKey(createPrivateKey({ key: exchange, format: 'der', type: 'sec1' }));
      const signature = signDigest(key, digestOf(Buffer.from('m')));
      expect(verify('sha256', Buffer.from('m'), { key: half, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
    });
  }

  it('never uses a nonce twice: a thousand signatures of one digest have a thousand values of r', () => {
    const digest = digestOf(Buffer.from('same'));
    const seen = new Set(
      Array.from({ length: 1000 }, () => signDigest(scalar, digest).subarray(0, 32).toString('hex')),
    );
    expect(seen.size).toBe(1000);
  });

  for (const bytes of [0, 20, 31, 33, 48, 64]) {
    it(`refuses a digest of ${bytes} bytes`, () => {
      expect(() => signDigest(scalar, Buffer.alloc(bytes, 1))).toThrow(RangeError);
    });
  }
  it('refuses a digest that is zero, or the order of the curve', () => {
    expect(() => signDigest(scalar, Buffer.alloc(32))).toThrow(RangeError);
    expect(() => signDigest(scalar, toBytes(ORDER))).toThrow(RangeError);
  });
  it('signs a digest beyond the order as OpenSSL reads it: reduced', () => {
    const beyond = toBytes(ORDER + 5n);
    expect(verifyDigest(jwk, toBytes(5n), signDigest(scalar, beyond))).toBe(true);
  });
});

describe('verifyDigest', () => {
  const message = Buffer.from('what was signed');
  const digest = digestOf(message);
  const good = sign('sha256', message, { key: privateKey, dsaEncoding: 'ieee-p1363' });

  it('accepts what OpenSSL signed', () => {
    expect(verifyDigest(jwk, digest, good)).toBe(true);
  });
  it('accepts two hundred signatures of OpenSSL', () => {
    for (let at = 0; at < 200; at += 1) {
      const text = Buffer.from(`message ${at}`);
      expect(
        verifyDigest(jwk, digestOf(text), sign('sha256', text, { key: privateKey, dsaEncoding: 'ieee-p1363' })),
      ).toBe(true);
    }
  });

  const flipped = (at: number): Buffer => {
    const copy = Buffer.from(good);
    copy[at] = (copy[at] ?? 0) ^ 1;
    return copy;
  };
  const s = toNumber(good.subarray(32));
  const wrong: readonly (readonly [string, Buffer])[] = [
    ['a bit of r is flipped', flipped(3)],
    ['a bit of s is flipped', flipped(60)],
    ['r and s are exchanged', Buffer.concat([good.subarray(32), good.subarray(0, 32)])],
    ['r is zero', Buffer.concat([Buffer.alloc(32), good.subarray(32)])],
    ['s is zero', Buffer.concat([good.subarray(0, 32), Buffer.alloc(32)])],
    ['s is the order', Buffer.concat([good.subarray(0, 32), toBytes(ORDER)])],
    ['r is the order', Buffer.concat([toBytes(ORDER), good.subarray(32)])],
    ['it is DER', sign('sha256', message, privateKey)],
    ['it is empty', Buffer.alloc(0)],
    ['a byte is missing', good.subarray(1)],
    ['a byte too many', Buffer.concat([good, Buffer.alloc(1)])],
    ['it is of another message', sign('sha256', Buffer.from('other'), { key: privateKey, dsaEncoding: 'ieee-p1363' })],
    ['the digest was hashed again', sign('sha256', digest, { key: privateKey, dsaEncoding: 'ieee-p1363' })],
  ];
  for (const [why, signature] of wrong) {
    it(`refuses a signature: ${why}`, () => {
      expect(verifyDigest(jwk, digest, signature)).toBe(false);
    });
  }
  it('takes s and its opposite, as ECDSA does, and no form beyond the order', () => {
    const opposite = Buffer.concat([good.subarray(0, 32), toBytes(ORDER - s)]);
    expect(verifyDigest(jwk, digest, opposite)).toBe(true);
    if (s + ORDER < 2n ** 256n) {
      expect(verifyDigest(jwk, digest, Buffer.concat([good.subarray(0, 32), toBytes(s + ORDER)]))).toBe(false);
    }
  });
  it('refuses what another key signed', () => {
    const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
    expect(verifyDigest(other as unknown as PublicJwk, digest, good)).toBe(false);
  });
});

describe('inverse', () => {
  for (const value of [1n, 2n, ORDER - 1n, ORDER + 1n, 2n ** 256n - 1n, 123456789n]) {
    it(`times the value is one: ${value}`, () => {
      expect(((inverse(value) ?? 0n) * value) % ORDER).toBe(1n);
    });
  }
  it('does not exist for a multiple of the order', () => {
    expect([inverse(0n), inverse(ORDER), inverse(3n * ORDER)]).toEqual([null, null, null]);
  });
});

describe('toPublicJwk', () => {
  const { x, y } = jwk;
  it('says EC where hardware says EC-HSM, and drops what is not public', () => {
    expect(toPublicJwk({ ...privateKey.export({ format: 'jwk' }), kty: 'EC-HSM' })).toEqual(jwk);
  });
  for (const [what, value] of [
    ['another type', { kty: 'RSA', crv: 'P-256', x, y }],
    ['another curve', { kty: 'EC', crv: 'P-384', x, y }],
    ['a curve of the same size', { kty: 'EC', crv: 'P-256K', x, y }],
    ['a coordinate that is cut', { kty: 'EC', crv: 'P-256', x: x.slice(1), y }],
    ['what is no point of the curve', { kty: 'EC', crv: 'P-256', x, y: x }],
    ['no coordinate', { kty: 'EC', crv: 'P-256', x }],
  ] as const) {
    it(`refuses ${what}`, () => {
      expect(toPublicJwk(value)).toBeNull();
    });
  }
});

describeWithVectors('Wycheproof ECDSA P-256 SHA-256, r and s', () => {
  interface Group {
    readonly publicKeyJwk?: { readonly x: string; readonly y: string };
    readonly publicKey: { readonly uncompressed: string };
    readonly tests: readonly {
      readonly tcId: number;
      readonly msg: string;
      readonly sig: string;
      readonly result: string;
    }[];
  }
  it('all 262 are judged as stated', () => {
    const { testGroups } = readVector('wycheproof/ecdsa_secp256r1_sha256_p1363_test.json') as {
      testGroups: readonly Group[];
    };
    const wrong: number[] = [];
    let count = 0;
    for (const { publicKey: half, tests } of testGroups) {
      const point = Buffer.from(half.uncompressed, 'hex');
      const coordinate = (from: number): string => point.subarray(from, from + 32).toString('base64url');
      const key: PublicJwk = { kty: 'EC', crv: 'P-256', x: coordinate(1), y: coordinate(33) };
      for (const { tcId, msg, sig, result } of tests) {
        count += 1;
        const valid = verifyDigest(key, digestOf(Buffer.from(msg, 'hex')), Buffer.from(sig, 'hex'));
        if (valid !== (result === 'valid')) wrong.push(tcId);
      }
    }
    expect(count).toBe(262);
    expect(wrong).toEqual([]);
  });
});
