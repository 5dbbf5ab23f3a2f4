/** The traps of Key Vault and of its client, one by one (facts/key-directory.md §2.4, §3.2), against the real client. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import type { CreateKeyOptions, KeyClient } from '@azure/keyvault-keys';
import { PermanentError, ThrottledError, TransientError } from '../../../core/errors';
import type { FailureContext } from '../../../core/errors';
import type { Kms, SigningKey } from '../../../core/ports/kms';
import { openKms } from '../../../kms';
import { openVaultKey } from '../../../kms/azure/open-vault-key';
import type { Simulators, SimulatorsOptions } from '../../../simulators';
import type { Fault } from '../../../simulators/kit/fault';
import { adminOf, ROOT, startVault } from '../../contract/kms/vault-subject';
import { startLyingVault } from '../../support/lying-vault';
import type { AskedVault } from '../../support/lying-vault';
import { vaultCredential } from '../../support/vault-credential';

const message = Buffer.from('a message that stays here');
const digest = createHash('sha256').update(message).digest();
const P1363 = { dsaEncoding: 'ieee-p1363' } as const;

interface Opened {
  readonly kms: Kms;
  readonly simulators: Simulators;
  readonly time: { now: number };
  readonly admin: KeyClient;
  readonly signs: () => number;
}

const cleanup: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of cleanup.splice(0).reverse()) await close();
});

async function vault(options: Partial<SimulatorsOptions> = {}): Promise<Omit<Opened, 'kms'>> {
  const { simulators, time } = await startVault(options);
  cleanup.push(() => simulators.close());
  const signs = (): number => simulators.stats().routes['vault.sign']?.requests ?? 0;
  return { simulators, time, signs, admin: adminOf(simulators.url) };
}

async function openAt(
  address: string,
  { simulators, time }: Omit<Opened, 'kms' | 'signs' | 'admin'>,
  deps: Partial<Parameters<typeof openKms>[1]> = {},
): Promise<Kms> {
  const kms = await openKms(`azurekms:${address}`, {
    clock: { now: () => time.now },
    random: () => 0,
    credential: vaultCredential(simulators.url),
    ...deps,
  });
  cleanup.push(() => kms.close());
  return kms;
}

async function open(
  options: Partial<SimulatorsOptions> = {},
  deps: Partial<Parameters<typeof openKms>[1]> = {},
): Promise<Opened> {
  const started = await vault(options);
  return { ...started, kms: await openAt(started.simulators.vaultKey, started, deps) };
}

/** Every failure is one of ours, and holds nothing that must not be in a log. */
async function failureOf(work: Promise<unknown>): Promise<Error & { readonly context: FailureContext }> {
  const outcome: unknown = await work.then(
    () => null,
    (error: unknown) => error,
  );
  if (!(outcome instanceof PermanentError || outcome instanceof TransientError || outcome instanceof ThrottledError)) {
    throw new Error(`no failure of ours: ${String(outcome)}`);
  }
  const { message: text, stack, context, cause } = outcome;
  const whole = JSON.stringify([text, stack, context, String(cause)]);
  for (const secret of [
    digest.toString('base64url'),
    digest.toString('base64'),
    digest.toString('hex'),
    'sim-key-vault-',
  ]) {
    expect(whole).not.toContain(secret);
  }
  expect(cause).toBeUndefined();
  return outcome;
}

describe('one request, one signature', () => {
  const unknown: readonly (readonly [string, Fault, string])[] = [
    ['500', { kind: 'status', status: 500, body: 'json' }, 'may have signed'],
    ['502 of a gateway', { kind: 'status', status: 502, body: 'html' }, 'may have signed'],
    ['503 with Retry-After', { kind: 'status', status: 503, body: 'json', retryAfter: 1 }, 'may have signed'],
    ['408', { kind: 'status', status: 408, body: 'json' }, 'may have signed'],
    ['a connection lost after sending', { kind: 'disconnect' }, 'may have signed'],
    ['half an answer', { kind: 'cut-json', declared: 'short' }, 'may have signed'],
    ['half an answer and a lost connection', { kind: 'cut-json', declared: 'full' }, 'may have signed'],
    ['a page instead of an answer', { kind: 'html', status: 200 }, 'may have signed'],
  ];
  it.each(unknown)('%s: transient, and not repeated', async (_what, fault, says) => {
    const { kms, simulators, signs } = await open();
    const key = await kms.signingKey();
    simulators.setFaults([{ route: 'vault.sign', when: { times: 1 }, fault }]);
    const failure = await failureOf(key.sign(digest));
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure.message).toContain(says);
    expect(signs()).toBe(1);
    // The next call of the caller is a new signature, and works.
    await expect(key.sign(digest)).resolves.toHaveLength(64);
    expect(signs()).toBe(2);
  });

  it.each([
    ['no answer at all', { kind: 'stall-headers' }],
    ['an answer that stops', { kind: 'stall-body' }],
  ] as const)('%s: given up after the time limit, and not repeated', async (_what, fault) => {
    const { kms, simulators, signs } = await open({}, { timeoutMs: 300 });
    const key = await kms.signingKey();
    await key.sign(digest);
    simulators.setFaults([{ route: 'vault.sign', when: {}, fault }]);
    expect(await failureOf(key.sign(digest))).toBeInstanceOf(TransientError);
    expect(signs()).toBe(2);
  });

  it('a vault that is not reached: transient, and nothing was signed', async () => {
    const { kms, simulators } = await open();
    const key = await kms.signingKey();
    await key.sign(digest);
    await simulators.close();
    cleanup.shift();
    const failure = await failureOf(key.sign(digest));
    expect(failure).toBeInstanceOf(TransientError);
    expect(failure.message).toMatch(/nothing was signed|may have signed/);
  });

  it('a redirect is not followed: the token stays with the vault', async () => {
    const { kms, simulators, signs } = await open();
    const key = await kms.signingKey();
    await key.sign(digest);
    simulators.reset();
    simulators.setFaults([{ route: 'vault.*', when: {}, fault: { kind: 'redirect', status: 307 } }]);
    expect(await failureOf(key.sign(digest))).toBeInstanceOf(PermanentError);
    expect(await failureOf(kms.versions())).toBeInstanceOf(PermanentError);
    expect(signs()).toBe(1);
    expect(simulators.stats().foreign).toEqual({ requests: 0, withAuthorization: 0 });
  });

  it('nor is one to another path of the vault', async () => {
    const { kms, simulators } = await open();
    const fault: Fault = { kind: 'redirect', status: 307, location: simulators.vaultKey };
    simulators.setFaults([{ route: 'vault.versions', when: {}, fault }]);
    expect(await failureOf(kms.versions())).toBeInstanceOf(PermanentError);
    expect(simulators.stats().routes['vault.key']).toBeUndefined();
  });

  it('twenty at once after opening: one challenge, two readings, twenty signatures, none without a token', async () => {
    const { kms, simulators } = await open();
    const key = await kms.signingKey();
    await Promise.all(Array.from({ length: 20 }, () => key.sign(digest)));
    const { routes } = simulators.stats();
    expect(routes['vault.key']?.statuses).toEqual({ 200: 2, 401: 1 });
    expect(routes['vault.sign']?.statuses).toEqual({ 200: 20 });
    expect(routes['entra.token']?.requests).toBe(1);
  });

  it('many that ask for the key at once: one reading', async () => {
    const { kms, simulators } = await open();
    await Promise.all(Array.from({ length: 20 }, () => kms.signingKey()));
    expect(simulators.stats().routes['vault.key']?.statuses).toEqual({ 200: 1, 401: 1 });
  });
});

describe('what the vault answers is verified here', () => {
  async function lying(change: (value: string) => unknown): Promise<{ key: SigningKey; asked: AskedVault }> {
    const started = await vault();
    const asked = await startLyingVault(started.simulators.url, (request, body) =>
      request.endsWith('/sign') && typeof body['value'] === 'string' ? { ...body, value: change(body['value']) } : body,
    );
    cleanup.push(() => asked.close());
    const address = started.simulators.vaultKey.replace(started.simulators.url, asked.url);
    return { key: await (await openAt(address, started)).signingKey(), asked };
  }
  const other = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const cases: readonly (readonly [string, (value: string) => unknown])[] = [
    ['the signature of another version', () => sign('sha256', message, { key: other, ...P1363 }).toString('base64url')],
    ['a changed letter', (value) => (value.startsWith('A') ? 'B' : 'A') + value.slice(1)],
    ['half a signature', (value) => value.slice(0, 43)],
    ['DER instead of r and s', () => sign('sha256', message, other).toString('base64url')],
    ['nothing', () => undefined],
    ['another type', () => 17],
    ['an empty text', () => ''],
  ];
  it.each(cases)('%s: permanent, and not handed out', async (_what, change) => {
    const { key } = await lying(change);
    const failure = await failureOf(key.sign(digest));
    expect(failure).toBeInstanceOf(PermanentError);
    expect(failure.message).toContain('kms-signature-wrong');
    expect(failure.message).toContain(key.kid);
  });

  it('the version is in every request, the digest alone is sent, and the vault is never asked to verify', async () => {
    const { key, asked } = await lying((value) => value);
    await key.sign(digest);
    const path = `/keys/${key.kid}`;
    expect(asked.requests).toEqual([`GET ${path}`, `GET ${path}`, `GET ${path}`, `POST ${path}/sign`]);
    expect(JSON.parse(asked.bodies.at(-1) ?? '')).toEqual({ alg: 'ES256', value: digest.toString('base64url') });
  });

  it('a public key that is no point of the curve is not pinned', async () => {
    const started = await vault();
    const asked = await startLyingVault(started.simulators.url, (request, body) => {
      const key = body['key'] as Record<string, unknown> | undefined;
      return request.startsWith('GET') && key !== undefined ? { ...body, key: { ...key, y: key['x'] } } : body;
    });
    cleanup.push(() => asked.close());
    const kms = await openAt(started.simulators.vaultKey.replace(started.simulators.url, asked.url), started);
    expect((await failureOf(kms.signingKey())).message).toContain('kms-key-unsuitable');
  });
});

describe('throttling', () => {
  const refused = (retryAfter?: number | { readonly date: number }): Fault => ({
    kind: 'status',
    status: 429,
    body: 'json',
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
  async function waitOf(work: Promise<unknown>, now: number): Promise<number> {
    const failure = await failureOf(work);
    if (!(failure instanceof ThrottledError)) throw new Error(`not throttled: ${failure.message}`);
    return failure.retryAt - now;
  }

  it.each([
    ['seconds', 7, 7000, 7000],
    ['an hour, in full', 3600, 3_600_000, 3_600_000],
    ['a date', { date: 30 }, 30_000, 31_000],
  ] as const)('Retry-After is honoured: %s', async (_what, retryAfter, least, most) => {
    const { kms, simulators, signs, time } = await open();
    const key = await kms.signingKey();
    simulators.setFaults([{ route: 'vault.sign', when: {}, fault: refused(retryAfter) }]);
    const wait = await waitOf(key.sign(digest), time.now);
    expect(wait).toBeGreaterThanOrEqual(least);
    expect(wait).toBeLessThanOrEqual(most);
    expect(signs()).toBe(1);
  });

  it('without Retry-After: 1, 2, 4, 8, 16, 16 s, one request each, and from the start after a success', async () => {
    const { kms, simulators, signs, time } = await open();
    const key = await kms.signingKey();
    simulators.setFaults([{ route: 'vault.sign', when: { times: 6 }, fault: refused() }]);
    const waits: number[] = [];
    for (let at = 0; at < 6; at += 1) waits.push(await waitOf(key.sign(digest), time.now));
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 16_000]);
    expect(signs()).toBe(6);
    await key.sign(digest);
    simulators.setFaults([{ route: 'vault.sign', when: {}, fault: refused() }]);
    expect(await waitOf(key.sign(digest), time.now)).toBe(1000);
  });

  it('of the vault itself, when its quota is spent, until its window is over', async () => {
    const { kms, time } = await open({ vaultOptions: { limits: { hsmOperations: 4 } } });
    const key = await kms.signingKey();
    await key.sign(digest);
    await key.sign(digest);
    expect(await waitOf(key.sign(digest), time.now)).toBe(1000);
    time.now += 10_000;
    await expect(key.sign(digest)).resolves.toHaveLength(64);
  });

  it('also while the key is read, and the next one to ask reads it', async () => {
    const { kms, simulators, time } = await open();
    simulators.setFaults([{ route: 'vault.key', when: { times: 1 }, fault: refused(3) }]);
    expect(await waitOf(kms.signingKey(), time.now)).toBe(3000);
    await expect(kms.signingKey()).resolves.toBeDefined();
  });
});

describe('access', () => {
  const role = '"Key Vault Crypto User" on the key directory';

  it('without the right to sign: the role and the key are named', async () => {
    const { kms, signs } = await open({ vaultOptions: { actions: ['read'] } });
    const failure = await failureOf((await kms.signingKey()).sign(digest));
    expect(failure).toBeInstanceOf(PermanentError);
    expect(failure.context).toMatchObject({ status: 403, hint: expect.stringContaining(role) });
    expect(signs()).toBe(1);
  });

  it('without the right to read: the same, when the key is opened', async () => {
    const { kms } = await open({ vaultOptions: { actions: ['sign'] } });
    const failure = await failureOf(kms.signingKey());
    expect(failure).toBeInstanceOf(PermanentError);
    expect(failure.context).toMatchObject({ status: 403, hint: expect.stringContaining(role) });
  });

  it('with a token that the vault does not take: 401, the same', async () => {
    const credential = {
      getToken: async () => ({ token: 'sim-key-vault-forged', expiresOnTimestamp: Date.now() + 3_600_000 }),
    };
    const { kms } = await open({}, { credential });
    const failure = await failureOf(kms.signingKey());
    expect(failure).toBeInstanceOf(PermanentError);
    expect(failure.context).toMatchObject({ status: 401, hint: expect.stringContaining(role) });
  });

  it.each([
    ['that is not there', 'CredentialUnavailableError', undefined, PermanentError],
    ['that is refused', 'AuthenticationError', 400, PermanentError],
    ['whose issuer is ill', 'AuthenticationError', 503, TransientError],
  ])('with a credential %s', async (_what, name, statusCode, kind) => {
    const getToken = async (): Promise<never> => {
      throw Object.assign(new Error('client secret abc123 is wrong'), { name, statusCode });
    };
    const { kms } = await open({}, { credential: { getToken } });
    const failure = await failureOf(kms.signingKey());
    expect(failure).toBeInstanceOf(kind);
    expect(failure.message).not.toContain('abc123');
  });

  it('asks for a token of the vault and of nothing else', async () => {
    const started = await vault();
    const credential = vaultCredential(started.simulators.url);
    const kms = await openAt(started.simulators.vaultKey, started, { credential });
    await (await kms.signingKey()).sign(digest);
    expect(credential.asked).toEqual(['https://vault.azure.net/.default']);
  });
});

describe('a key that cannot be used', () => {
  const past = new Date(Date.now() - 60_000);
  const future = new Date((Math.floor(Date.now() / 1000) + 3600) * 1000);
  const states = [
    ['disabled', { enabled: false }, 'is disabled'],
    ['expired', { expiresOn: past }, `expired at ${new Date(Math.floor(past.getTime() / 1000) * 1000).toISOString()}`],
    ['not yet valid', { notBefore: future }, 'is not valid before'],
  ] as const;

  it.each(states)('%s when it is opened', async (_what, state, says) => {
    const { kms, admin, signs } = await open();
    const { properties } = await admin.getKey('directory');
    await admin.updateKeyProperties('directory', properties.version ?? '', state);
    const failure = await failureOf(kms.signingKey());
    expect(failure).toBeInstanceOf(PermanentError);
    expect(failure.message).toContain(says);
    expect(failure.message).toContain(`directory/${properties.version ?? ''}`);
    expect(signs()).toBe(0);
  });

  it.each(states)('%s while it is open: the vault refuses, and the key says why', async (_what, state, says) => {
    const { kms, admin, signs } = await open();
    const key = await kms.signingKey();
    await key.sign(digest);
    await admin.updateKeyProperties('directory', key.kid.split('/')[1] ?? '', state);
    const failure = await failureOf(key.sign(digest));
    expect(failure).toBeInstanceOf(PermanentError);
    expect(failure.message).toContain(says);
    expect(failure.context.hint).not.toContain('role');
    expect(signs()).toBe(2);
  });

  it('an hour later, when it has expired: refused here, without a request', async () => {
    const { kms, admin, time, signs, simulators } = await open();
    const { properties } = await admin.getKey('directory');
    await admin.updateKeyProperties('directory', properties.version ?? '', { expiresOn: future });
    const key = await kms.signingKey();
    await key.sign(digest);
    time.now = future.getTime();
    expect((await failureOf(key.sign(digest))).message).toContain('expired at');
    expect(signs()).toBe(1);
    // Extended by somebody: the next one to ask for the key reads it again.
    const later = new Date(future.getTime() + 3_600_000);
    await adminOf(simulators.url).updateKeyProperties('directory', properties.version ?? '', { expiresOn: later });
    await expect((await kms.signingKey()).sign(digest)).resolves.toHaveLength(64);
  });

  it('is read again once it was refused: an extended key signs', async () => {
    const { kms, admin } = await open();
    const key = await kms.signingKey();
    const version = key.kid.split('/')[1] ?? '';
    await admin.updateKeyProperties('directory', version, { enabled: false });
    await failureOf(key.sign(digest));
    await admin.updateKeyProperties('directory', version, { enabled: true });
    await expect((await kms.signingKey()).sign(digest)).resolves.toHaveLength(64);
  });

  const kinds: readonly (readonly [string, string, CreateKeyOptions, string])[] = [
    ['of another type', 'RSA', {}, 'is RSA, not EC P-256'],
    ['of another curve', 'EC', { curve: 'P-384' }, 'is EC P-384, not EC P-256'],
    ['that may only verify', 'EC', { curve: 'P-256', keyOps: ['verify'] }, 'does not permit the operation sign'],
  ];
  it.each(kinds)('%s', async (_what, type, options, says) => {
    const started = await vault();
    const made = await started.admin.createKey('log', type, options);
    const kms = await openAt(made.id ?? '', started);
    const failure = await failureOf(kms.signingKey());
    expect(failure).toBeInstanceOf(PermanentError);
    expect(failure.message).toContain(says);
  });

  it('that was deleted', async () => {
    const { kms, admin } = await open();
    const key = await kms.signingKey();
    await (await admin.beginDeleteKey('directory')).pollUntilDone();
    const failure = await failureOf(key.sign(digest));
    expect(failure).toBeInstanceOf(PermanentError);
    expect(failure.message).toContain('kms-key-absent');
  });
});

describe('versions', () => {
  it('are all found over several pages, newest first, at most a hundred', async () => {
    const { kms, admin, time, simulators } = await open({ vaultOptions: { limits: { hsmCreations: 1000 } } });
    for (let at = 0; at < 104; at += 1) {
      time.now += 1000;
      await admin.rotateKey('directory');
    }
    const versions = await kms.versions();
    const times = versions.map(({ createdAt }) => Date.parse(createdAt));
    expect(versions).toHaveLength(100);
    expect(times).toEqual([...times].sort((one, other) => other - one));
    expect(times[0]).toBe(Math.floor(time.now / 1000) * 1000);
    expect(simulators.stats().routes['vault.versions']?.requests).toBeGreaterThanOrEqual(5);
  });

  it('are read once each: their keys never change, whether they are enabled does', async () => {
    const { kms, admin, simulators } = await open();
    const [first] = await kms.versions();
    const before = simulators.stats().routes['vault.key']?.requests;
    await admin.updateKeyProperties('directory', first!.kid.split('/')[1] ?? '', { enabled: false });
    expect(await kms.versions()).toEqual([{ ...first, enabled: false }]);
    expect(simulators.stats().routes['vault.key']?.requests).toBe(before);
  });
});

describe('what is for the simulator only', () => {
  it.each([
    ['plain HTTP', false],
    ['a challenge of another domain, over TLS', true],
  ])('%s is refused from any other host', async (_what, secure) => {
    const { simulators, time } = await startVault({ secure });
    cleanup.push(() => simulators.close());
    const [name = '', version = ''] = new URL(simulators.vaultKey).pathname.split('/').slice(2);
    const ca = secure ? { ca: ROOT } : {};
    const credential = vaultCredential(simulators.url, secure ? ROOT : undefined);
    const kms = openVaultKey(
      { kind: 'azurekms', vaultUrl: simulators.url, name, version, local: false },
      { clock: { now: () => time.now }, credential, ...ca },
    );
    cleanup.push(() => kms.close());
    expect(await failureOf(kms.signingKey())).toBeInstanceOf(PermanentError);
    expect(credential.asked).toEqual([]);
  });

  it('a certificate that nobody vouches for is refused there, too', async () => {
    const { simulators, time } = await startVault({ secure: true });
    cleanup.push(() => simulators.close());
    const kms = await openAt(simulators.vaultKey, { simulators, time });
    expect(await failureOf(kms.signingKey())).toBeInstanceOf(TransientError);
    expect(simulators.stats().requests).toBe(0);
  });
});
