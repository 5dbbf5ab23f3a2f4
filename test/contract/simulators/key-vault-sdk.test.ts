/** The simulated vault under the real client, over HTTP and over TLS: what the facts saw it do against a real one. */
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { CryptographyClient } from '@azure/keyvault-keys';
import type { KeyClient } from '@azure/keyvault-keys';
import type { Simulators } from '../../../simulators';
import { vaultCredential } from '../../support/vault-credential';
import { adminOf, ROOT, startVault } from '../kms/vault-subject';

const message = Buffer.from('message');
const digest = createHash('sha256').update(message).digest();

describe.each([
  ['HTTP', false],
  ['TLS', true],
])('@azure/keyvault-keys over %s', (_how, secure) => {
  let simulators: Simulators;
  let time: { now: number };
  let client: KeyClient;
  beforeEach(async () => {
    ({ simulators, time } = await startVault({ secure }));
    client = adminOf(simulators.url);
  });
  afterEach(() => simulators.close());

  const cryptography = (id: string): CryptographyClient =>
    new CryptographyClient(id, vaultCredential(simulators.url, secure ? ROOT : undefined), {
      allowInsecureConnection: !secure,
      disableChallengeResourceVerification: true,
      ...(secure ? { tlsOptions: { ca: ROOT } } : {}),
    });

  it('creates, reads, lists, changes and rotates', async () => {
    const made = await client.createEcKey('log', { curve: 'P-256', hsm: true, keyOps: ['sign', 'verify'] });
    expect(made).toMatchObject({ name: 'log', keyType: 'EC-HSM', keyOperations: ['sign', 'verify'] });
    expect(made.properties.vaultUrl).toBe(simulators.url);
    time.now += 1000;
    const rotated = await client.rotateKey('log');
    expect((await client.getKey('log')).id).toBe(rotated.id);
    expect((await client.getKey('log', { version: made.properties.version ?? '' })).id).toBe(made.id);
    const changed = await client.updateKeyProperties('log', made.properties.version ?? '', { enabled: false });
    expect(changed.properties.enabled).toBe(false);
    const names: string[] = [];
    for await (const { name } of client.listPropertiesOfKeys()) names.push(name);
    expect(names).toEqual(['directory', 'log']);
    const versions: unknown[] = [];
    for await (const { version } of client.listPropertiesOfKeyVersions('log')) versions.push(version);
    expect(versions.sort()).toEqual([made.properties.version, rotated.properties.version].sort());
  });

  it('reads lists over several pages', async () => {
    for (let at = 0; at < 30; at += 1) {
      time.now += 10_000;
      await client.rotateKey('directory');
    }
    const versions = new Set<unknown>();
    for await (const { version } of client.listPropertiesOfKeyVersions('directory')) versions.add(version);
    expect(versions.size).toBe(31);
    expect(simulators.stats().routes['vault.versions']?.statuses).toEqual({ 200: 2 });
  });

  it('signs, and asks the vault to verify EC (§2.4 #2)', async () => {
    const crypto = cryptography(simulators.vaultKey);
    const { result } = await crypto.sign('ES256', digest);
    const { key } = await client.getKey('directory');
    const jwk = {
      kty: 'EC',
      crv: 'P-256',
      x: Buffer.from(key?.x ?? []).toString('base64url'),
      y: Buffer.from(key?.y ?? []).toString('base64url'),
    };
    const half = createPublicKey({ key: jwk, format: 'jwk' });
    expect(verify('sha256', message, { key: half, dsaEncoding: 'ieee-p1363' }, result)).toBe(true);
    expect((await crypto.verify('ES256', digest, result)).result).toBe(true);
    expect(simulators.stats().routes['vault.verify']?.requests).toBe(1);
  });

  it('without a version names the one it read, whatever signed (§2.4 #4)', async () => {
    const crypto = cryptography(`${simulators.url}/keys/directory`);
    await crypto.sign('ES256', digest);
    time.now += 1000;
    await client.rotateKey('directory');
    const { keyID, result } = await crypto.sign('ES256', digest);
    expect(keyID).toBe(simulators.vaultKey);
    const pinned = await cryptography(simulators.vaultKey).verify('ES256', digest, result);
    expect(pinned.result).toBe(false);
  });

  it('wraps and unwraps with RSA-OAEP-256, which it does not do itself (§2.4 #3)', async () => {
    const made = await client.createRsaKey('escrow', { keySize: 3072, hsm: true });
    const crypto = cryptography(made.id ?? '');
    const secret = randomBytes(32);
    const { result } = await crypto.wrapKey('RSA-OAEP-256', secret);
    expect(Buffer.from((await crypto.unwrapKey('RSA-OAEP-256', result)).result)).toEqual(secret);
    expect(simulators.stats().routes).toMatchObject({
      'vault.wrapkey': { requests: 1 },
      'vault.unwrapkey': { requests: 1 },
    });
  });

  it('does not try again after a 429 without Retry-After (§2.4 #5)', async () => {
    simulators.setFaults([{ route: 'vault.key', when: {}, fault: { kind: 'status', status: 429, body: 'json' } }]);
    await expect(client.getKey('directory')).rejects.toMatchObject({ statusCode: 429, code: 'Throttled' });
  });

  it('deletes, recovers and purges', async () => {
    const deleted = await (await client.beginDeleteKey('directory')).pollUntilDone();
    expect(deleted.properties.recoverableDays).toBe(90);
    await expect(client.getKey('directory')).rejects.toMatchObject({ statusCode: 404, code: 'KeyNotFound' });
    const recovered = await (await client.beginRecoverDeletedKey('directory')).pollUntilDone();
    expect(recovered.id).toBe(simulators.vaultKey);
    await (await client.beginDeleteKey('directory')).pollUntilDone();
    await client.purgeDeletedKey('directory');
    const left: string[] = [];
    for await (const { name } of client.listDeletedKeys()) left.push(name);
    expect(left).toEqual([]);
  });
});
