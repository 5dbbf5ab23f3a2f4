/** Signs one revision: a compact JWS, ES256, that any JOSE library verifies. */
import { createHash } from 'node:crypto';
import { PermanentError } from '../errors';
import type { SigningKey } from '../ports/kms';
import { serializeFields } from './entry';
import type { Entry, EntryFields } from './entry';
import { keyOfJwk, verifyEs256 } from './verify-es256';

/** Media type of the payload's meaning: a signature made for something else can never pass for an entry. */
export const ENTRY_TYPE = 'muster-directory-entry+jws';

/**
 * One call of {@link SigningKey.sign}. What comes back is verified with the public half before anyone sees it: a vault that
 * rotated in between would have signed with another version (facts/key-directory.md §2.4).
 *
 * @param entry all fields but kid, which is the key's.
 * @throws what the key throws; PermanentError where the signature does not verify.
 */
export async function signEntry(entry: Omit<EntryFields, 'kid'>, signingKey: SigningKey): Promise<Entry> {
  const { kid } = signingKey;
  const signed: EntryFields = { ...entry, kid };
  const header = JSON.stringify({ alg: 'ES256', typ: ENTRY_TYPE, kid });
  const input = `${base64url(header)}.${base64url(serializeFields(signed))}`;
  const signature = await signingKey.sign(createHash('sha256').update(input).digest());
  if (!verifyEs256(keyOfJwk(signingKey.publicKey), Buffer.from(input), signature)) {
    throw new PermanentError(`a signature of ${kid} does not verify with its public key`, {
      hint: 'The reference must name a version of a P-256 key; check that its public half is of the same version.',
    });
  }
  return { ...signed, jws: `${input}.${signature.toString('base64url')}` };
}

function base64url(text: string): string {
  return Buffer.from(text).toString('base64url');
}
