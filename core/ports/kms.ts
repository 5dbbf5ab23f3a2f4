/**
 * Keys that sign, kept where nobody can read them. A reference to a key always names its version: what was signed with a
 * version is verified with that version, and a rotation never changes what an older signature means.
 */

/** Public half of a signing key: EC P-256, the only curve that every provider signs with (facts/key-directory.md §2.1). */
export interface PublicJwk {
  readonly kty: 'EC';
  readonly crv: 'P-256';
  /** base64url, 32 bytes. */
  readonly x: string;
  readonly y: string;
}

export interface KeyVersion {
  /** `NAME/VERSION`: the `kid` of a signature. */
  readonly kid: string;
  readonly publicKey: PublicJwk;
  /** ISO 8601, UTC. */
  readonly createdAt: string;
  /** A disabled version signs nothing; what it signed stays verifiable. */
  readonly enabled: boolean;
}

export interface SigningKey {
  readonly kid: string;
  readonly publicKey: PublicJwk;
  /**
   * @param digest SHA-256 of what is signed, 32 bytes.
   * @returns r and s, 64 bytes, as JWS ES256 has it. One call is one signature at the provider: it is never repeated where an
   *   earlier try may have signed.
   * @throws ThrottledError with the moment to come back, TransientError, or PermanentError where the key cannot sign.
   */
  sign(digest: Buffer): Promise<Buffer>;
}

export interface Kms {
  /** The key version that the reference names. @throws PermanentError where it is absent, disabled or of another kind. */
  signingKey(): Promise<SigningKey>;
  /** All versions of the key, newest first, at most 100. */
  versions(): Promise<readonly KeyVersion[]>;
  close(): Promise<void>;
}
