/**
 * A signing key in Azure Key Vault. The vault signs digests; everything else is done here: the public key is pinned when the
 * version is read, and each signature is verified with it before anybody sees it, since the client names the version that
 * it asked for, not the one that answered (facts/key-directory.md §2.4 #4).
 */
import type { KeyProperties } from '@azure/keyvault-keys';
import { PermanentError } from '../../core/errors';
import type { Clock } from '../../core/ports/clock';
import type { KeyVersion, Kms, PublicJwk, SigningKey } from '../../core/ports/kms';
import { assertDigest } from '../p256';
import type { VaultKeyReference } from '../parse-kms-uri';
import { verifyDigest } from '../verify-digest';
import { readRetryAfter } from './retry-after';
import { makeThrottleLadder } from './throttle-ladder';
import { cannotSign, publicHalf, publicHalfOf, reasonAgainst } from './usable-key';
import type { KeyState } from './usable-key';
import { makeVaultClients } from './vault-clients';
import type { VaultClientOptions } from './vault-clients';
import { toFailure } from './vault-failures';

export interface VaultKeyDeps extends VaultClientOptions {
  readonly clock: Clock;
  readonly random?: () => number;
  readonly timeoutMs?: number;
}

const AT_MOST = 100;
const TIMEOUT_MS = 30_000;
const NOTHING = Buffer.alloc(0);

export function openVaultKey(reference: VaultKeyReference, deps: VaultKeyDeps): Kms {
  const { clock, random = Math.random, timeoutMs = TIMEOUT_MS } = deps;
  const { name, version } = reference;
  const kid = `${name}/${version}`;
  const clients = makeVaultClients(reference, deps);
  const ladder = makeThrottleLadder({ now: () => clock.now(), random });
  // A version never changes its key, so a public half is asked for once.
  const halves = new Map<string, PublicJwk | null>();
  let opened: Promise<SigningKey> | null = null;

  /** @throws a ThrottledError, TransientError or PermanentError in place of what the client throws. */
  const asked = async <T>(operation: string, key: string, work: (signal: AbortSignal) => Promise<T>): Promise<T> => {
    const sentAt = ladder.rung();
    try {
      const answer = await work(AbortSignal.timeout(timeoutMs));
      ladder.succeeded();
      return answer;
    } catch (error) {
      const retryAt = (header: string | null): number => ladder.refused(sentAt, readRetryAfter(header, clock.now()));
      throw toFailure(error, { operation, key, retryAt });
    }
  };
  const read = (of: string) =>
    asked('get', `${name}/${of}`, (abortSignal) => clients.keys.getKey(name, { version: of, abortSignal }));

  /** A 403 means the identity or the state of the key, in words that are not promised: the key itself tells which. */
  const explained = async (error: unknown): Promise<unknown> => {
    if (!(error instanceof PermanentError) || error.context.status !== 403) return error;
    const reason = await read(version).then(
      ({ properties }) => reasonAgainst(properties, clock.now()),
      () => null,
    );
    return reason === null ? error : cannotSign(kid, reason);
  };

  const open = async (): Promise<SigningKey> => {
    const key = await read(version);
    const publicKey = publicHalfOf(key, kid);
    halves.set(version, publicKey);
    assertUsable(key.properties, kid, clock.now());
    const client = clients.cryptography(name, version);
    let first: Promise<unknown> | null = null;

    const signOnce = async (digest: Buffer): Promise<Buffer> => {
      assertUsable(key.properties, kid, clock.now());
      const answer = await asked('sign', kid, (abortSignal) => client.sign('ES256', digest, { abortSignal })).catch(
        async (error: unknown) => {
          throw await explained(error);
        },
      );
      // Typed as bytes; in truth whatever the answer has in its place.
      const result: unknown = answer.result;
      const signature = ArrayBuffer.isView(result)
        ? Buffer.from(result.buffer, result.byteOffset, result.byteLength)
        : NOTHING;
      if (!verifyDigest(publicKey, digest, signature)) {
        const hint = 'Another version or a changed answer: compare the address of the key with the vault, and alert.';
        throw new PermanentError(`kms-signature-wrong: what the vault signed is not valid under ${kid}`, { hint });
      }
      return signature;
    };
    return {
      kid,
      publicKey,
      async sign(digest) {
        assertDigest(digest);
        try {
          if (first !== null) {
            // The client reads the key with its first signature: one reading, however many sign at once (§2.4 #9).
            await first.catch(() => null);
            return await signOnce(digest);
          }
          const signing = signOnce(digest);
          first = signing;
          return await signing;
        } catch (error) {
          // What was read of the key may be out of date: the next signingKey() reads it again.
          if (error instanceof PermanentError) opened = null;
          throw error;
        }
      },
    };
  };

  return {
    signingKey() {
      opened ??= open().catch((error: unknown) => {
        opened = null;
        throw error;
      });
      return opened;
    },
    async versions() {
      const listed = await asked('list versions', name, async (abortSignal) => {
        const all: KeyProperties[] = [];
        for await (const each of clients.keys.listPropertiesOfKeyVersions(name, { abortSignal })) all.push(each);
        return all;
      });
      const newest = listed
        .flatMap((each) => (each.version === undefined ? [] : [{ ...each, version: each.version }]))
        .sort((one, other) => createdAt(other) - createdAt(one))
        .slice(0, AT_MOST);
      const found = await Promise.all(
        newest.map(async (each): Promise<readonly KeyVersion[]> => {
          const half = halves.get(each.version) ?? publicHalf((await read(each.version)).key);
          halves.set(each.version, half);
          // A version of another kind has signed nothing of ours.
          if (half === null) return [];
          const enabled = reasonAgainst(each, clock.now()) === null;
          return [
            {
              kid: `${name}/${each.version}`,
              publicKey: half,
              createdAt: new Date(createdAt(each)).toISOString(),
              enabled,
            },
          ];
        }),
      );
      return found.flat();
    },
    async close() {
      clients.close();
    },
  };
}

function assertUsable(state: KeyState, kid: string, now: number): void {
  const reason = reasonAgainst(state, now);
  if (reason !== null) throw cannotSign(kid, reason);
}

function createdAt({ createdOn }: { readonly createdOn?: Date }): number {
  return createdOn?.getTime() ?? 0;
}
