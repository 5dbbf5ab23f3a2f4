/** An issuer of access tokens on a port of this machine, with keys of its own: signs whatever a test writes down. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { startScriptedServer } from './scripted-server';
import type { Script, ScriptedServer } from './scripted-server';

export interface SigningKey {
  readonly kid: string;
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

export interface TokenAuthority {
  readonly url: string;
  /** Requests for the keys so far. */
  readonly asked: () => number;
  /** The keys that are published from now on. */
  publish(...keys: readonly SigningKey[]): void;
  /** What is answered instead of the keys; null for the keys again. */
  answer(script: Script | null): void;
  readonly close: () => Promise<void>;
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

export function makeSigningKey(kid: string): SigningKey {
  return { kid, ...generateKeyPairSync('rsa', { modulusLength: 2048 }) };
}

export async function startTokenAuthority(...keys: readonly SigningKey[]): Promise<TokenAuthority> {
  let published = keys;
  let instead: Script | null = null;
  const server: ScriptedServer = await startScriptedServer((request, response) =>
    instead === null
      ? {
          body: {
            keys: published.map(({ kid, publicKey }) => ({
              ...publicKey.export({ format: 'jwk' }),
              use: 'sig',
              kid,
              // Entra publishes no "alg" with its keys.
            })),
          },
        }
      : instead(request, response),
  );
  return {
    url: server.url,
    asked: () => server.seen.length,
    publish: (...next) => void (published = next),
    answer: (script) => void (instead = script),
    close: server.close,
  };
}

/** A token signed with RS256, as Entra signs. */
export function signToken(key: SigningKey, claims: object, header: object = {}): string {
  const signed = `${encode({ typ: 'JWT', alg: 'RS256', kid: key.kid, ...header })}.${encode(claims)}`;
  return `${signed}.${sign('RSA-SHA256', Buffer.from(signed), key.privateKey).toString('base64url')}`;
}

/** The oldest trick: the public key as the secret of a symmetric signature. */
export function signWithPublicKey({ kid, publicKey }: SigningKey, claims: object): string {
  const signed = `${encode({ typ: 'JWT', alg: 'HS256', kid })}.${encode(claims)}`;
  const secret = publicKey.export({ type: 'spki', format: 'pem' });
  return `${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`;
}

/** A token that says it needs no signature; with and without something where the signature stands. */
export function unsignedToken(claims: object, signature = ''): string {
  return `${encode({ typ: 'JWT', alg: 'none' })}.${encode(claims)}.${signature}`;
}
