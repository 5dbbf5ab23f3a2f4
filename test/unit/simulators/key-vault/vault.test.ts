/** The wire: what a client sees that is not the SDK (facts/key-directory.md §2, facts/azure-functions.md §3.2). */
import { createHash, createPublicKey, randomBytes, verify } from 'node:crypto';
import { startSimulators } from '../../../../simulators';
import type { Simulators, SimulatorsOptions } from '../../../../simulators';

const OPTIONS: SimulatorsOptions = {
  intune: 0,
  jamf: 0,
  workspaceOne: 0,
  seed: 1,
  latency: 'none',
  faults: [],
  port: 0,
};
const VERSION = 'api-version=2025-07-01';
const message = Buffer.from('message');
const encode = (bytes: Buffer): string => bytes.toString('base64url');
const digestOf = (hash: string): Buffer => createHash(hash).update(message).digest();

/** Every field that an answer may have; what is absent is undefined at run time and fails the expectation. */
interface Body {
  readonly kid: string;
  readonly key: { readonly kid: string; readonly [name: string]: string };
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: string & readonly { readonly kid: string }[];
  readonly nextLink: string | null;
  readonly error: { readonly code: string; readonly innererror?: { readonly code: string } };
}

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

let simulators: Simulators;
let time: { now: number };
let token: string;

async function start(vaultOptions: SimulatorsOptions['vaultOptions'] = {}): Promise<void> {
  time = { now: Date.parse('2026-11-25T08:00:00Z') };
  simulators = await startSimulators({ ...OPTIONS, clock: { now: () => time.now }, vaultOptions });
  token = await tokenFor('https://vault.azure.net/.default');
}
afterEach(() => simulators.close());

async function tokenFor(scope: string): Promise<string> {
  const answer = await fetch(`${simulators.url}/login/00000000-0000-4000-8000-0000000000aa/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'sim-vault-client',
      client_secret: 'sim-vault-secret',
      scope,
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

async function call(method: string, path: string, body?: unknown, bearer: string | null = token): Promise<Answer> {
  const url = `${simulators.url}${path}${path.includes('?') ? '&' : '?'}${VERSION}`;
  const answer = await fetch(url, {
    method,
    headers: { 'content-type': 'application/json', ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }) },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, headers: answer.headers, body: JSON.parse(text === '' ? '{}' : text) as Body };
}
const errorOf = ({ status, body }: Answer): unknown => [status, body.error.code, body.error.innererror?.code];
const pathOf = (kid: string): string => new URL(kid).pathname;

describe('the challenge', () => {
  beforeEach(() => start());

  it('names the issuer and the resource, as the real one does', async () => {
    const answer = await call('GET', '/keys/directory', undefined, null);
    expect(errorOf(answer)).toEqual([401, 'Unauthorized', undefined]);
    expect(answer.headers.get('www-authenticate')).toBe(
      `Bearer authorization="${simulators.url}/login/00000000-0000-4000-8000-0000000000aa", resource="https://vault.azure.net"`,
    );
  });
  it('comes again for a token of another resource, a forged and an expired one', async () => {
    const graph = await tokenFor('https://graph.microsoft.com/.default');
    for (const bearer of [graph, 'forged']) {
      expect((await call('GET', '/keys/directory', undefined, bearer)).status).toBe(401);
    }
    time.now += 3_600_000;
    expect((await call('GET', '/keys/directory')).status).toBe(401);
  });
  it('is no answer to a missing or an unknown version of the API: 400', async () => {
    for (const query of ['', '?api-version=6.0', '?api-version=latest']) {
      const answer = await fetch(`${simulators.url}/keys${query}`, { headers: { authorization: `Bearer ${token}` } });
      expect([answer.status, ((await answer.json()) as Body).error.code]).toEqual([400, 'BadParameter']);
    }
  });
  it('a token of the vault opens no other simulator', async () => {
    const answer = await fetch(`${simulators.url}/graph/v1.0/deviceManagement/managedDevices`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(answer.status).toBe(401);
  });
});

describe('keys', () => {
  beforeEach(() => start());

  it('one is there from the start, at the root and below the prefix', async () => {
    const [latest, byVersion, prefixed] = [
      await call('GET', '/keys/directory'),
      await call('GET', pathOf(simulators.vaultKey)),
      await call('GET', '/vault/keys/directory'),
    ];
    expect(latest.body).toEqual({
      key: {
        kid: simulators.vaultKey,
        kty: 'EC-HSM',
        key_ops: ['sign', 'verify'],
        crv: 'P-256',
        x: expect.stringMatching(/^[\w-]{43}$/),
        y: expect.stringMatching(/^[\w-]{43}$/),
      },
      attributes: {
        enabled: true,
        created: time.now / 1000,
        updated: time.now / 1000,
        recoveryLevel: 'Recoverable+Purgeable',
        recoverableDays: 90,
        exportable: false,
        hsmPlatform: '2',
      },
    });
    expect(byVersion.body).toEqual(latest.body);
    expect(prefixed.body).toEqual(latest.body);
  });

  it('show no private half, whatever their type', async () => {
    for (const kty of ['EC', 'EC-HSM', 'RSA', 'RSA-HSM']) {
      const { body } = await call('POST', `/keys/k-${kty}/create`, { kty });
      expect(Object.keys(body.key).sort()).toEqual(
        kty.startsWith('EC') ? ['crv', 'key_ops', 'kid', 'kty', 'x', 'y'] : ['e', 'key_ops', 'kid', 'kty', 'n'],
      );
    }
  });

  it('are created with what was asked for, and again as a version more', async () => {
    const asked = {
      kty: 'EC',
      crv: 'P-384',
      key_ops: ['verify'],
      attributes: { enabled: false, nbf: 100, exp: 200 },
      tags: { a: 'b' },
    };
    const first = await call('POST', '/keys/mine/create', asked);
    expect(first.body).toMatchObject({
      key: { kty: 'EC', crv: 'P-384', key_ops: ['verify'] },
      attributes: { enabled: false, nbf: 100, exp: 200, hsmPlatform: '0' },
      tags: { a: 'b' },
    });
    const second = await call('POST', '/keys/MINE/create', { kty: 'RSA' });
    expect(second.body.key.kid).toMatch(/\/keys\/mine\/[0-9a-f]{32}$/);
    expect((await call('GET', '/keys/mine')).body.key.kid).toBe(second.body.key.kid);
    expect((await call('GET', pathOf(first.body.key.kid))).body.key.kid).toBe(first.body.key.kid);
  });

  it('rotate into the same shape without the window of the old version', async () => {
    const { body } = await call('POST', '/keys/mine/create', { kty: 'EC', crv: 'P-521', attributes: { exp: 1 } });
    const rotated = await call('POST', '/keys/mine/rotate');
    expect(rotated.body.key).toMatchObject({ kty: 'EC', crv: 'P-521' });
    expect(rotated.body.attributes.exp).toBeUndefined();
    expect(rotated.body.key.kid).not.toBe(body.key.kid);
  });

  it('change only in what is stated', async () => {
    const path = pathOf(simulators.vaultKey);
    time.now += 5000;
    const changed = await call('PATCH', path, { attributes: { exp: 4_000_000_000 }, tags: { log: '1' } });
    expect(changed.body.attributes).toMatchObject({ enabled: true, exp: 4_000_000_000, updated: time.now / 1000 });
    const again = await call('PATCH', path, { attributes: { enabled: false } });
    expect(again.body).toMatchObject({ attributes: { enabled: false, exp: 4_000_000_000 }, tags: { log: '1' } });
  });

  it('list their versions in pages whose order says nothing about age', async () => {
    await call('POST', '/keys/mine/create', { kty: 'EC' });
    for (let at = 0; at < 12; at += 1) {
      time.now += 10_000;
      await call('POST', '/keys/mine/rotate');
    }
    const found: string[] = [];
    let next: string | null = `/keys/mine/versions?maxresults=5`;
    let pages = 0;
    while (next !== null) {
      const { body }: Answer = await call('GET', next);
      found.push(...body.value.map(({ kid }) => kid));
      expect(body.value.length).toBeLessThanOrEqual(5);
      next = body.nextLink === null ? null : body.nextLink.slice(simulators.url.length);
      pages += 1;
    }
    expect(pages).toBe(3);
    expect(found).toHaveLength(13);
    expect(found).toEqual([...found].sort());
    expect((await call('GET', '/keys?maxresults=26')).status).toBe(400);
    expect((await call('GET', '/keys?$skiptoken=x')).status).toBe(400);
  });

  const refused: readonly (readonly [string, string, string, unknown, readonly [number, string]])[] = [
    ['an unknown key', 'GET', '/keys/none', undefined, [404, 'KeyNotFound']],
    ['an unknown version', 'GET', `/keys/directory/${'0'.repeat(32)}`, undefined, [404, 'KeyNotFound']],
    ['versions of an unknown key', 'GET', '/keys/none/versions', undefined, [404, 'KeyNotFound']],
    ['a rotation of an unknown key', 'POST', '/keys/none/rotate', undefined, [404, 'KeyNotFound']],
    ['a name that is none', 'POST', '/keys/a_b/create', { kty: 'EC' }, [400, 'BadParameter']],
    ['no type', 'POST', '/keys/a/create', {}, [400, 'BadParameter']],
    ['Ed25519', 'POST', '/keys/a/create', { kty: 'OKP', crv: 'Ed25519' }, [400, 'BadParameter']],
    ['a curve that is none', 'POST', '/keys/a/create', { kty: 'EC', crv: 'X25519' }, [400, 'BadParameter']],
    ['a short RSA key', 'POST', '/keys/a/create', { kty: 'RSA', key_size: 1024 }, [400, 'BadParameter']],
    ['an EC key that wraps', 'POST', '/keys/a/create', { kty: 'EC', key_ops: ['wrapKey'] }, [400, 'BadParameter']],
    ['broken JSON', 'POST', '/keys/a/create', '{"kty"', [400, 'BadParameter']],
    ['a list', 'POST', '/keys/a/create', [], [400, 'BadParameter']],
    ['a time as text', 'POST', '/keys/a/create', { kty: 'EC', attributes: { exp: '1' } }, [400, 'BadParameter']],
    [
      'sixteen tags',
      'POST',
      '/keys/a/create',
      { kty: 'EC', tags: Object.fromEntries(Array.from({ length: 16 }, (_, at) => [`t${at}`, 'x'])) },
      [400, 'BadParameter'],
    ],
  ];
  it.each(refused)('refuse %s', async (_what, method, path, body, [status, code]) => {
    expect(errorOf(await call(method, path, body))).toEqual([status, code, undefined]);
  });
});

describe('signing with EC', () => {
  beforeEach(() => start());

  it.each([
    ['P-256', 'ES256', 'sha256', 64],
    ['P-384', 'ES384', 'sha384', 96],
    ['P-521', 'ES512', 'sha512', 132],
  ])('%s signs the digest as given, as r and s', async (crv, alg, hash, bytes) => {
    const made = await call('POST', '/keys/mine/create', { kty: 'EC', crv });
    const path = pathOf(made.body.key.kid);
    const key = createPublicKey({ key: { ...made.body.key, kty: 'EC' }, format: 'jwk' });
    for (let at = 0; at < 20; at += 1) {
      const text = Buffer.from(`message ${at}`);
      const value = encode(createHash(hash).update(text).digest());
      const { body } = await call('POST', `${path}/sign`, { alg, value });
      expect(body.kid).toBe(made.body.key.kid);
      const signature = Buffer.from(body.value, 'base64url');
      expect(signature).toHaveLength(bytes);
      expect(verify(hash, text, { key, dsaEncoding: 'ieee-p1363' }, signature)).toBe(true);
      const verdict = await call('POST', `${path}/verify`, { alg, digest: value, value: body.value });
      expect(verdict.body).toEqual({ value: true });
      signature[5] = (signature[5] ?? 0) ^ 1;
      const spoiled = await call('POST', `${path}/verify`, { alg, digest: value, value: encode(signature) });
      expect(spoiled.body).toEqual({ value: false });
    }
  });

  it('without a version signs with the latest, and says which', async () => {
    const rotated = await call('POST', '/keys/directory/rotate');
    const body = { alg: 'ES256', value: encode(digestOf('sha256')) };
    expect((await call('POST', '/keys/directory/sign', body)).body.kid).toBe(rotated.body.key.kid);
    expect((await call('POST', `${pathOf(simulators.vaultKey)}/sign`, body)).body.kid).toBe(simulators.vaultKey);
  });

  it.each([
    ['another algorithm', { alg: 'ES384', value: encode(Buffer.alloc(48, 1)) }],
    ['an algorithm of RSA', { alg: 'RS256', value: encode(digestOf('sha256')) }],
    ['no algorithm', { value: encode(digestOf('sha256')) }],
    ['a short digest', { alg: 'ES256', value: encode(Buffer.alloc(31, 1)) }],
    ['a message instead of a digest', { alg: 'ES256', value: encode(randomBytes(100)) }],
    ['padding', { alg: 'ES256', value: digestOf('sha256').toString('base64') }],
    ['no digest', { alg: 'ES256' }],
    ['no body', ''],
  ])('refuses %s', async (_what, body) => {
    const answer = await call('POST', `${pathOf(simulators.vaultKey)}/sign`, body);
    expect(errorOf(answer)).toEqual([400, 'BadParameter', undefined]);
  });
});

describe('what a key still does', () => {
  const states = [
    ['disabled', { enabled: false }, { sign: 403, verify: 200, wrapkey: 200, unwrapkey: 403 }],
    ['expired', { exp: 1 }, { sign: 403, verify: 200, wrapkey: 403, unwrapkey: 200 }],
    ['not yet valid', { nbf: 4_000_000_000 }, { sign: 403, verify: 200, wrapkey: 403, unwrapkey: 200 }],
  ] as const;
  it.each(states)('when it is %s (§2.1)', async (_what, attributes, expected) => {
    await start();
    const digest = encode(digestOf('sha256'));
    const ec = pathOf(simulators.vaultKey);
    const signed = await call('POST', `${ec}/sign`, { alg: 'ES256', value: digest });
    const rsa = pathOf((await call('POST', '/keys/wrap/create', { kty: 'RSA' })).body.key.kid);
    const wrapped = await call('POST', `${rsa}/wrapkey`, { alg: 'RSA-OAEP-256', value: encode(randomBytes(32)) });
    await call('PATCH', ec, { attributes });
    await call('PATCH', rsa, { attributes });
    const value = wrapped.body.value;
    const statuses = {
      sign: (await call('POST', `${ec}/sign`, { alg: 'ES256', value: digest })).status,
      verify: (await call('POST', `${ec}/verify`, { alg: 'ES256', digest, value: signed.body.value })).status,
      wrapkey: (await call('POST', `${rsa}/wrapkey`, { alg: 'RSA-OAEP-256', value: digest })).status,
      unwrapkey: (await call('POST', `${rsa}/unwrapkey`, { alg: 'RSA-OAEP-256', value })).status,
    };
    expect(statuses).toEqual(expected);
  });

  it('only what its operations permit', async () => {
    await start();
    const made = await call('POST', '/keys/mine/create', { kty: 'EC', key_ops: ['verify'] });
    const answer = await call('POST', `${pathOf(made.body.key.kid)}/sign`, {
      alg: 'ES256',
      value: encode(digestOf('sha256')),
    });
    expect(answer.status).toBe(403);
  });
});

describe('wrapping with RSA', () => {
  beforeEach(() => start());

  it.each([2048, 3072, 4096])('%d bits: a key comes back as it went', async (key_size) => {
    const made = await call('POST', '/keys/wrap/create', { kty: 'RSA-HSM', key_size });
    const path = pathOf(made.body.key.kid);
    const secret = randomBytes(32);
    const wrapped = await call('POST', `${path}/wrapkey`, { alg: 'RSA-OAEP-256', value: encode(secret) });
    expect(Buffer.from(wrapped.body.value, 'base64url')).toHaveLength(key_size / 8);
    const back = await call('POST', `${path}/unwrapkey`, { alg: 'RSA-OAEP-256', value: wrapped.body.value });
    expect(back.body).toEqual({ kid: made.body.key.kid, value: encode(secret) });
    expect(Object.keys(made.body.key).sort()).toEqual(['e', 'key_ops', 'kid', 'kty', 'n']);
  });

  it.each([
    ['SHA-1', { alg: 'RSA-OAEP', value: 'AAAA' }],
    ['a ciphertext of another key', { alg: 'RSA-OAEP-256', value: encode(Buffer.alloc(256, 1)) }],
    ['what is not base64url', { alg: 'RSA-OAEP-256', value: '+/=' }],
  ])('refuses %s', async (_what, body) => {
    const made = await call('POST', '/keys/wrap/create', { kty: 'RSA' });
    expect(errorOf(await call('POST', `${pathOf(made.body.key.kid)}/unwrapkey`, body))).toEqual([
      400,
      'BadParameter',
      undefined,
    ]);
  });

  it('is nothing that EC keys do (§0 item 5)', async () => {
    for (const operation of ['wrapkey', 'unwrapkey']) {
      const answer = await call('POST', `${pathOf(simulators.vaultKey)}/${operation}`, {
        alg: 'RSA-OAEP-256',
        value: 'AAAA',
      });
      expect(answer.status).toBe(403);
    }
  });
});

describe('soft delete', () => {
  beforeEach(() => start());

  it('keeps the key and its name until it is recovered', async () => {
    const before = (await call('POST', '/keys/directory/rotate')).body;
    const deleted = await call('DELETE', '/keys/directory');
    expect(deleted.body).toMatchObject({
      recoveryId: `${simulators.url}/deletedkeys/directory`,
      deletedDate: time.now / 1000,
      scheduledPurgeDate: time.now / 1000 + 90 * 86_400,
      key: { kid: before.key.kid },
    });
    expect(errorOf(await call('GET', '/keys/directory'))).toEqual([404, 'KeyNotFound', undefined]);
    expect(errorOf(await call('POST', '/keys/directory/create', { kty: 'EC' }))).toEqual([
      409,
      'Conflict',
      'ObjectIsDeletedButRecoverable',
    ]);
    expect((await call('GET', '/deletedkeys')).body.value).toHaveLength(1);
    expect((await call('GET', '/deletedkeys/directory')).status).toBe(200);
    expect((await call('POST', '/deletedkeys/directory/recover')).body.key.kid).toBe(before.key.kid);
    expect((await call('GET', pathOf(simulators.vaultKey))).status).toBe(200);
    expect((await call('GET', '/deletedkeys/directory')).status).toBe(404);
  });
  it('ends with a purge, or by itself after ninety days', async () => {
    await call('DELETE', '/keys/directory');
    expect((await call('DELETE', '/deletedkeys/directory')).status).toBe(204);
    expect((await call('POST', '/deletedkeys/directory/recover')).status).toBe(404);
    expect((await call('POST', '/keys/directory/create', { kty: 'EC' })).status).toBe(200);
    await call('DELETE', '/keys/directory');
    time.now += 90 * 86_400_000;
    token = await tokenFor('https://vault.azure.net/.default');
    expect((await call('GET', '/deletedkeys/directory')).status).toBe(404);
    expect((await call('POST', '/keys/directory/create', { kty: 'EC' })).status).toBe(200);
  });
});

describe('limits (§2.2)', () => {
  const sign = (path: string): Promise<Answer> =>
    call('POST', `${path}/sign`, { alg: 'ES256', value: encode(digestOf('sha256')) });

  it('refuse beyond the window as a real vault does: no Retry-After, and refused calls do not count', async () => {
    await start({ limits: { hsmOperations: 3, windowSeconds: 10 } });
    const path = pathOf(simulators.vaultKey);
    const statuses: number[] = [];
    for (let at = 0; at < 5; at += 1) statuses.push((await sign(path)).status);
    expect(statuses).toEqual([200, 200, 200, 429, 429]);
    const refused = await sign(path);
    expect(refused.body).toEqual({
      error: { code: 'Throttled', message: expect.stringContaining('Reason: VaultRequestTypeLimitReached') },
    });
    expect(refused.headers.get('retry-after')).toBeNull();
    time.now += 9999;
    expect((await sign(path)).status).toBe(429);
    time.now += 1;
    expect((await sign(path)).status).toBe(200);
  });

  it('weigh larger RSA keys: four, and eight, of one operation', async () => {
    await start({ limits: { softwareOperations: 8 } });
    for (const [key_size, fits] of [
      [2048, 8],
      [3072, 2],
      [4096, 1],
    ] as const) {
      const made = await call('POST', '/keys/wrap/create', { kty: 'RSA', key_size });
      const path = pathOf(made.body.key.kid);
      time.now += 10_000;
      let count = 0;
      while ((await call('POST', `${path}/wrapkey`, { alg: 'RSA-OAEP-256', value: 'AAAA' })).status === 200) count += 1;
      expect([key_size, count]).toEqual([key_size, fits]);
      time.now += 10_000;
    }
  });

  it('give creation a limit of its own: ten HSM keys in ten seconds, twenty in software', async () => {
    await start();
    for (const [kty, fits] of [
      ['EC-HSM', 10],
      ['EC', 20],
    ] as const) {
      let count = 0;
      while ((await call('POST', '/keys/mine/create', { kty })).status === 200) count += 1;
      expect([kty, count]).toEqual([kty, fits]);
      time.now += 10_000;
    }
    expect((await sign(pathOf(simulators.vaultKey))).status).toBe(200);
  });

  it('name a time only where a fault script does', async () => {
    await start();
    simulators.setFaults([
      { route: 'vault.sign', when: {}, fault: { kind: 'status', status: 429, body: 'json', retryAfter: 5 } },
    ]);
    const answer = await sign(pathOf(simulators.vaultKey));
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(errorOf(answer)).toEqual([429, 'Throttled', undefined]);
  });
});

describe('roles', () => {
  it('refuse what they do not grant with 403 ForbiddenByRbac, and spend no quota', async () => {
    await start({ actions: ['read', 'sign'], limits: { hsmOperations: 2 } });
    const path = pathOf(simulators.vaultKey);
    for (const [method, target] of [
      ['POST', '/keys/other/create'],
      ['PATCH', path],
      ['POST', '/keys/directory/rotate'],
      ['DELETE', '/keys/directory'],
      ['POST', `${path}/verify`],
      ['POST', `${path}/wrapkey`],
      ['POST', '/deletedkeys/directory/recover'],
      ['DELETE', '/deletedkeys/directory'],
    ] as const) {
      expect(errorOf(await call(method, target, {}))).toEqual([403, 'Forbidden', 'ForbiddenByRbac']);
    }
    expect((await call('GET', path)).status).toBe(200);
    expect((await call('POST', `${path}/sign`, { alg: 'ES256', value: encode(digestOf('sha256')) })).status).toBe(200);
  });
});

describe('reset', () => {
  it('brings back the keys of the start, and the quota', async () => {
    await start({ limits: { hsmOperations: 2 } });
    const before = (await call('GET', pathOf(simulators.vaultKey))).body;
    await call('POST', '/keys/other/create', { kty: 'EC' });
    await call('DELETE', '/keys/directory');
    simulators.reset();
    expect((await call('GET', pathOf(simulators.vaultKey))).body).toEqual(before);
    expect((await call('GET', '/keys/other')).status).toBe(404);
    expect((await call('GET', '/keys/directory')).status).toBe(200);
  });
});
