/** What every Kms does. A new provider calls {@link describeKms} with a factory and must pass unchanged. */
import { createHash, createPublicKey, generateKeyPairSync, randomBytes, verify } from 'node:crypto';
import { PermanentError } from '../../../core/errors';
import type { Kms, PublicJwk, SigningKey } from '../../../core/ports/kms';
import { loadBundled } from '../../support/bundle-entry';
import type * as joseEntry from '../../support/jose-entry';

const { compactVerify, importJWK } = loadBundled('test/support/jose-entry.ts') as typeof joseEntry;

export interface KmsSubject {
  readonly kms: Kms;
  /** The same reference, opened as a new process would; with the newest version where the reference names none. */
  reopen(): Promise<Kms>;
  /** The reference with this version in it. */
  openAt(kid: string): Promise<Kms>;
  /** Makes a newer version. @returns its kid. */
  rotate(): Promise<string>;
  setEnabled(kid: string, enabled: boolean): Promise<void>;
  close(): Promise<void>;
}

const digestOf = (message: Buffer): Buffer => createHash('sha256').update(message).digest();

export function describeKms(name: string, open: () => Promise<KmsSubject>): void {
  describe(`kms: ${name}`, () => {
    let subject: KmsSubject;
    let key: SigningKey;

    beforeEach(async () => {
      subject = await open();
      key = await subject.kms.signingKey();
    });
    afterEach(() => subject.close());

    const opened: Kms[] = [];
    const keep = async (kms: Promise<Kms>): Promise<Kms> => {
      opened.push(await kms);
      return kms;
    };
    afterEach(async () => {
      await Promise.all(opened.splice(0).map((kms) => kms.close()));
    });

    describe('a signature', () => {
      for (const [what, message] of [
        ['a text', Buffer.from('text')],
        ['nothing', Buffer.alloc(0)],
        ['a megabyte', randomBytes(1024 * 1024)],
      ] as const) {
        it(`is r and s, and node:crypto verifies it with the public key: ${what}`, async () => {
          const signature = await key.sign(digestOf(message));
          expect(signature).toHaveLength(64);
          expect(isValid(key.publicKey, message, signature)).toBe(true);
          expect(isValid(key.publicKey, Buffer.from('another'), signature)).toBe(false);
        });
      }

      it('makes a JWS that jose verifies with the public key', async () => {
        const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
        const input = `${encode({ alg: 'ES256', kid: key.kid })}.${encode({ phone: '+15550100' })}`;
        const jws = `${input}.${(await key.sign(digestOf(Buffer.from(input)))).toString('base64url')}`;
        const { protectedHeader, payload } = await compactVerify(jws, await importJWK({ ...key.publicKey }, 'ES256'));
        expect(protectedHeader.kid).toBe(key.kid);
        expect(Buffer.from(payload).toString()).toBe('{"phone":"+15550100"}');
        const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ format: 'jwk' });
        await expect(compactVerify(jws, await importJWK({ ...other }, 'ES256'))).rejects.toThrow();
      });

      it('twenty at once are all valid, each for its own digest', async () => {
        const messages = Array.from({ length: 20 }, (_, at) => Buffer.from(`message ${at}`));
        const signatures = await Promise.all(messages.map((message) => key.sign(digestOf(message))));
        const verdicts = messages.map((message, at) => isValid(key.publicKey, message, signatures[at]!));
        expect(verdicts).toEqual(messages.map(() => true));
        expect(new Set(signatures.map((each) => each.toString('hex'))).size).toBe(20);
      });

      for (const bytes of [0, 20, 31, 33, 48, 64]) {
        it(`is refused for a digest of ${bytes} bytes`, async () => {
          await expect(key.sign(Buffer.alloc(bytes, 1))).rejects.toThrow(RangeError);
        });
      }
    });

    describe('the key', () => {
      it('is named NAME/VERSION, and its public half has nothing private', () => {
        expect(key.kid).toMatch(/^[0-9A-Za-z-]+\/[0-9a-f]{32}$/);
        expect(Object.keys(key.publicKey).sort()).toEqual(['crv', 'kty', 'x', 'y']);
        expect(key.publicKey).toMatchObject({ kty: 'EC', crv: 'P-256' });
      });

      it('is the same after opening again, and verifies what was signed before', async () => {
        const message = Buffer.from('before');
        const signature = await key.sign(digestOf(message));
        const again = await (await keep(subject.reopen())).signingKey();
        expect(again.kid).toBe(key.kid);
        expect(isValid(again.publicKey, message, signature)).toBe(true);
      });

      it('is the same for everybody who asks at once', async () => {
        const kms = await keep(subject.reopen());
        const keys = await Promise.all(Array.from({ length: 10 }, () => kms.signingKey()));
        expect(new Set(keys.map(({ kid }) => kid))).toEqual(new Set([key.kid]));
      });
    });

    describe('versions', () => {
      it('of a new key are the one that signs', async () => {
        const [only, ...more] = await subject.kms.versions();
        expect(more).toEqual([]);
        expect(only).toMatchObject({ kid: key.kid, publicKey: key.publicKey, enabled: true });
        expect(new Date(only!.createdAt).toISOString()).toBe(only!.createdAt);
      });

      it('come newest first, with rotations seen by those who have the key open', async () => {
        const made = [key.kid, await subject.rotate(), await subject.rotate()];
        const versions = await subject.kms.versions();
        expect(versions.map(({ kid }) => kid)).toEqual([...made].reverse());
        const times = versions.map(({ createdAt }) => Date.parse(createdAt));
        expect(times).toEqual([...times].sort((one, other) => other - one));
      });
    });

    describe('a rotation', () => {
      it('leaves older signatures verifiable under the version they name', async () => {
        const message = Buffer.from('old');
        const signature = await key.sign(digestOf(message));
        const next = await subject.rotate();
        const versions = new Map((await subject.kms.versions()).map(({ kid, publicKey }) => [kid, publicKey]));
        expect(isValid(versions.get(key.kid)!, message, signature)).toBe(true);
        expect(isValid(versions.get(next)!, message, signature)).toBe(false);
      });

      it('does not change what an open key signs with', async () => {
        await subject.rotate();
        const message = Buffer.from('after');
        expect(isValid(key.publicKey, message, await key.sign(digestOf(message)))).toBe(true);
        expect((await subject.kms.signingKey()).kid).toBe(key.kid);
      });

      it('does not change what a reference with a version means', async () => {
        const next = await subject.rotate();
        for (const kid of [key.kid, next]) {
          const pinned = await (await keep(subject.openAt(kid))).signingKey();
          expect(pinned.kid).toBe(kid);
          const message = Buffer.from(`by ${kid}`);
          expect(isValid(pinned.publicKey, message, await pinned.sign(digestOf(message)))).toBe(true);
        }
      });
    });

    describe('a disabled version', () => {
      it('signs nothing, not even for those who have it open', async () => {
        await key.sign(digestOf(Buffer.from('fine')));
        await subject.setEnabled(key.kid, false);
        await expect(key.sign(digestOf(Buffer.from('late')))).rejects.toThrow(PermanentError);
        await expect(key.sign(digestOf(Buffer.from('late')))).rejects.toThrow('is disabled');
        await expect((await keep(subject.reopen())).signingKey()).rejects.toThrow('is disabled');
      });

      it('stays in the list, with the public half that verifies what it signed', async () => {
        const message = Buffer.from('fine');
        const signature = await key.sign(digestOf(message));
        await subject.setEnabled(key.kid, false);
        const [version] = await (await keep(subject.reopen())).versions();
        expect(version).toMatchObject({ kid: key.kid, enabled: false });
        expect(isValid(version!.publicKey, message, signature)).toBe(true);
      });

      it('signs again once enabled', async () => {
        await subject.setEnabled(key.kid, false);
        await expect(key.sign(digestOf(Buffer.from('late')))).rejects.toThrow(PermanentError);
        await subject.setEnabled(key.kid, true);
        const again = await subject.kms.signingKey();
        await expect(again.sign(digestOf(Buffer.from('again')))).resolves.toHaveLength(64);
      });
    });

    describe('a version that is not there', () => {
      it('is a permanent failure that names it', async () => {
        const absent = `${key.kid.split('/')[0] ?? ''}/${'0'.repeat(32)}`;
        const kms = await keep(subject.openAt(absent));
        await expect(kms.signingKey()).rejects.toThrow(PermanentError);
        await expect(kms.signingKey()).rejects.toThrow('0'.repeat(32));
      });
    });
  });
}

function isValid(publicKey: PublicJwk, message: Buffer, signature: Buffer): boolean {
  const key = createPublicKey({ key: { ...publicKey }, format: 'jwk' });
  return verify('sha256', message, { key, dsaEncoding: 'ieee-p1363' }, signature);
}
