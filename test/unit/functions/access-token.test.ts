/** Who may call: tokens of the simulated issuer, and tokens that a test signs by hand. */
import type * as accessToken from '../../../functions/http/access-token';
import type { Caller, Role, TokenCheck } from '../../../functions/http/access-token';
import { answerOf } from '../../../functions/http/problem';
import type { Problem } from '../../../functions/http/problem';
import { startSimulators } from '../../../simulators';
import type { Simulators } from '../../../simulators';
import { CREDENTIALS } from '../../../simulators/write-config';
import { loadBundled } from '../../support/bundle-entry';
import { makeManualClock } from '../../support/sweep-fixture';
import {
  makeSigningKey,
  signToken,
  signWithPublicKey,
  startTokenAuthority,
  unsignedToken,
} from '../../support/token-authority';
import type { TokenAuthority } from '../../support/token-authority';

// jose is an ECMAScript module, which jest cannot load.
const { makeTokenCheck } = loadBundled('functions/http/access-token.ts') as typeof accessToken;

interface Refusal {
  readonly status: number;
  readonly detail: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Everything a caller would see. */
  readonly whole: string;
}

async function refusalOf(checked: Promise<Caller>): Promise<Refusal> {
  const error = await checked.then(
    (caller) => {
      throw new Error(`let in: ${JSON.stringify(caller)}`);
    },
    (reason: unknown) => reason as Problem,
  );
  expect(error).toMatchObject({ name: 'Problem' });
  const answer = answerOf(error, 'invocation');
  return {
    status: Number(answer.status),
    detail: error.message,
    headers: error.headers,
    whole: JSON.stringify([answer, error, error.stack, String(error.cause)]),
  };
}

describe('with the simulated issuer', () => {
  let simulators: Simulators;
  let check: TokenCheck;
  const { tenantId, api } = CREDENTIALS;

  beforeAll(async () => {
    simulators = await startSimulators({
      intune: 0,
      jamf: 0,
      workspaceOne: 0,
      seed: 1,
      latency: 'none',
      faults: [],
      port: 0,
    });
    const settings = { authorityHost: `${simulators.url}/login`, tenantId, audience: api.audience };
    check = makeTokenCheck(settings, { now: () => Date.now() });
  });
  afterAll(() => simulators.close());

  async function tokenWith(fields: Readonly<Record<string, string>>): Promise<string> {
    const answer = await fetch(`${simulators.url}/login/${tenantId}/oauth2/v2.0/token`, {
      method: 'POST',
      body: new URLSearchParams({
        grant_type: 'client_credentials',
        client_id: api.clientId,
        client_secret: api.clientSecret,
        scope: `${api.audience}/.default`,
        ...fields,
      }),
    });
    return `Bearer ${((await answer.json()) as { access_token: string }).access_token}`;
  }

  test('an application is known by its object id, its client and its roles', async () => {
    const token = await tokenWith({ roles: 'Operations.Read,Operations.Run', caller: 'app-1' });
    expect(await check(token, 'Operations.Run')).toEqual({
      kind: 'application',
      id: 'app-1',
      client: api.clientId,
      roles: ['Operations.Read', 'Operations.Run'],
    });
  });

  test('a person is told apart from an application', async () => {
    const token = await tokenWith({ roles: 'Operations.Read', caller: 'person-1', person: 'true' });
    expect(await check(token, 'Operations.Read')).toMatchObject({ kind: 'person', id: 'person-1' });
  });

  test.each<{ roles: string; role: Role }>([
    { roles: '', role: 'Operations.Read' },
    { roles: 'Operations.Run', role: 'Operations.Read' },
    { roles: 'Operations.Read', role: 'Operations.Run' },
    { roles: 'operations.run,Operations.Runner,Operations', role: 'Operations.Run' },
  ])('roles "$roles" do not open what needs $role, and the answer says so', async ({ roles, role }) => {
    const refusal = await refusalOf(check(await tokenWith({ roles }), role));
    expect(refusal).toMatchObject({ status: 403, detail: expect.stringContaining(role) });
    expect(refusal.headers['WWW-Authenticate']).toBe('Bearer error="insufficient_scope"');
  });

  test('a token that has run out is refused, and says that it has', async () => {
    const token = await tokenWith({ roles: 'Operations.Read', lifetime: '-200' });
    expect(await refusalOf(check(token, 'Operations.Read'))).toMatchObject({
      status: 401,
      detail: 'The access token has expired.',
    });
  });

  test('the keys are read once for many calls', async () => {
    const before = simulators.stats().requests;
    const token = await tokenWith({ roles: 'Operations.Read' });
    for (let call = 0; call < 5; call += 1) await check(token, 'Operations.Read');
    expect(simulators.stats().requests - before).toBe(1);
  });
});

describe('with tokens signed by hand', () => {
  const TENANT = 'tenant-1';
  const key = makeSigningKey('key-1');
  const stranger = makeSigningKey('key-1');
  const clock = makeManualClock('2026-11-25T12:00:00.000Z');
  const now = Math.floor(clock.now() / 1000);
  let authority: TokenAuthority;
  let check: TokenCheck;

  beforeEach(async () => {
    authority = await startTokenAuthority(key);
    check = checkFor('api://muster');
  });
  afterEach(() => authority.close());

  const checkFor = (audience: string): TokenCheck =>
    makeTokenCheck({ authorityHost: authority.url, tenantId: TENANT, audience }, clock);

  const claims = (changes: object = {}): object => ({
    aud: 'api://muster',
    iss: `${authority.url}/${TENANT}/v2.0`,
    iat: now,
    nbf: now,
    exp: now + 3600,
    azp: 'client-1',
    oid: 'caller-1',
    sub: 'caller-1',
    tid: TENANT,
    idtyp: 'app',
    roles: ['Operations.Read'],
    ...changes,
  });
  const bearer = (changes: object = {}, header: object = {}): string =>
    `Bearer ${signToken(key, claims(changes), header)}`;
  const READ = 'Operations.Read';

  describe('is let in', () => {
    const v1 = { iss: `https://sts.windows.net/${TENANT}/`, azp: undefined, appid: 'client-1', idtyp: undefined };
    test.each<{ why: string; changes: object }>([
      { why: 'a token of the v2.0 endpoint', changes: {} },
      { why: 'a token of the v1.0 endpoint', changes: v1 },
      { why: 'the audience without api://, as v2.0 tokens name it', changes: { aud: 'muster' } },
      { why: 'several audiences, ours among them', changes: { aud: ['other', 'api://muster'] } },
      { why: 'one that ran out less than two minutes ago: clocks differ', changes: { exp: now - 119 } },
      { why: 'one that begins in less than two minutes', changes: { nbf: now + 119 } },
      { why: 'one with claims that nobody here knows', changes: { xms_new: { a: 1 }, wids: ['x'] } },
    ])('$why', async ({ changes }) => {
      expect(await check(bearer(changes), READ)).toMatchObject({
        kind: 'application',
        id: 'caller-1',
        client: 'client-1',
      });
    });

    test.each(['bearer', 'BEARER'])('the scheme written %s', async (scheme) => {
      expect(await check(bearer().replace('Bearer', scheme), READ)).toMatchObject({ id: 'caller-1' });
    });

    test('either name of the audience, whichever of the two the configuration holds', async () => {
      const bare = checkFor('muster');
      expect(await bare(bearer({ aud: 'muster' }), READ)).toMatchObject({ id: 'caller-1' });
      await expect(bare(bearer({ aud: 'other' }), READ)).rejects.toMatchObject({ kind: 'not-signed-in' });
    });
  });

  test.each<{ why: string; changes: object; kind: Caller['kind'] }>([
    { why: 'says that it is one', changes: { idtyp: 'app' }, kind: 'application' },
    { why: 'has no scope and says nothing', changes: { idtyp: undefined }, kind: 'application' },
    { why: 'has a scope', changes: { idtyp: undefined, scp: 'access_as_user' }, kind: 'person' },
    { why: 'says user', changes: { idtyp: 'user' }, kind: 'person' },
  ])('a token that $why is of an $kind', async ({ changes, kind }) => {
    expect(await check(bearer(changes), READ)).toMatchObject({ kind });
  });

  test('a token that names no client is of an unknown one', async () => {
    expect(await check(bearer({ azp: undefined }), READ)).toMatchObject({ client: 'unknown' });
  });

  describe('is refused with 401', () => {
    const rows: { why: string; header: () => string | null }[] = [
      { why: 'no header', header: () => null },
      { why: 'an empty header', header: () => '' },
      { why: 'another scheme', header: () => bearer().replace('Bearer', 'Basic') },
      { why: 'the scheme alone', header: () => 'Bearer ' },
      { why: 'no scheme', header: () => bearer().replace('Bearer ', '') },
      { why: 'something after the token', header: () => `${bearer()} x` },
      { why: 'two tokens', header: () => `${bearer()}, ${bearer()}` },
      { why: 'garbage', header: () => 'Bearer garbage' },
      { why: 'garbage in three parts', header: () => 'Bearer a.b.c' },
      { why: 'a token that is too long', header: () => bearer({ padding: 'x'.repeat(16 * 1024) }) },
      { why: 'alg none without a signature', header: () => `Bearer ${unsignedToken(claims())}` },
      { why: 'alg none with one', header: () => `Bearer ${unsignedToken(claims(), 'AAAA')}` },
      { why: 'HS256 with the public key as its secret', header: () => `Bearer ${signWithPublicKey(key, claims())}` },
      { why: 'another algorithm in the header', header: () => bearer({}, { alg: 'RS512' }) },
      { why: 'a critical header that nobody knows', header: () => bearer({}, { crit: ['x'], x: 1 }) },
      {
        why: 'a key of the same name that is not the issuer’s',
        header: () => `Bearer ${signToken(stranger, claims())}`,
      },
      { why: 'a key that the issuer does not know', header: () => bearer({}, { kid: 'key-0' }) },
      {
        why: 'claims that were changed after signing',
        header: () => {
          const [head = '', , signature = ''] = signToken(key, claims()).split('.');
          const other = Buffer.from(JSON.stringify(claims({ roles: ['Operations.Run'] }))).toString('base64url');
          return `Bearer ${head}.${other}.${signature}`;
        },
      },
      { why: 'another issuer', header: () => bearer({ iss: 'https://login.example.com/tenant-1/v2.0' }) },
      { why: 'the issuer of another tenant', header: () => bearer({ iss: `${authority.url}/tenant-2/v2.0` }) },
      { why: 'no issuer', header: () => bearer({ iss: undefined }) },
      { why: 'another audience', header: () => bearer({ aud: 'https://graph.microsoft.com' }) },
      { why: 'an audience that only begins like ours', header: () => bearer({ aud: 'api://muster/x' }) },
      { why: 'no audience', header: () => bearer({ aud: undefined }) },
      { why: 'another tenant', header: () => bearer({ tid: 'tenant-2' }) },
      { why: 'no tenant', header: () => bearer({ tid: undefined }) },
      { why: 'no object id', header: () => bearer({ oid: undefined }) },
      { why: 'an empty object id', header: () => bearer({ oid: '' }) },
      { why: 'an object id that is no text', header: () => bearer({ oid: 7 }) },
      { why: 'no end', header: () => bearer({ exp: undefined }) },
      { why: 'no beginning', header: () => bearer({ nbf: undefined }) },
      { why: 'an end that is no number', header: () => bearer({ exp: 'never' }) },
      { why: 'an end more than two minutes ago', header: () => bearer({ exp: now - 121 }) },
      { why: 'a beginning in more than two minutes', header: () => bearer({ nbf: now + 121 }) },
      { why: 'roles that are no list', header: () => bearer({ roles: 'Operations.Read' }) },
    ];

    test.each(rows)('$why', async ({ header }) => {
      const sent = header();
      const refusal = await refusalOf(check(sent, READ));
      expect(refusal.status).toBe(401);
      expect(refusal.headers['WWW-Authenticate']).toMatch(/^Bearer\b/);
      // Nothing of the token comes back: neither a part of it nor what stands in it.
      for (const part of (sent ?? '').split(/[ .,]+/)) {
        if (part.length > 8) expect(refusal.whole).not.toContain(part);
      }
      expect(refusal.whole).not.toMatch(/caller-1|client-1|tenant-2|graph\.microsoft/);
    });
  });

  test('a token that has no roles at all is known, and may do nothing', async () => {
    expect(await refusalOf(check(bearer({ roles: undefined }), READ))).toMatchObject({ status: 403 });
  });

  test('nothing of the token stands in the answer about the missing role', async () => {
    const { whole } = await refusalOf(check(bearer({ roles: ['Secret.Role'] }), READ));
    expect(whole).not.toMatch(/caller-1|client-1|Secret\.Role|eyJ/);
  });

  describe('keys', () => {
    afterEach(() => jest.restoreAllMocks());
    /** The library asks the machine for the time of the keys; nothing waits. */
    const machineTimeIs = (offset: number): void => {
      const real = Date.now();
      jest.spyOn(Date, 'now').mockReturnValue(real + offset);
    };

    test('a new key of the issuer is fetched when a token names it', async () => {
      const next = makeSigningKey('key-2');
      const token = `Bearer ${signToken(next, claims())}`;
      expect(await check(bearer(), READ)).toMatchObject({ id: 'caller-1' });
      authority.publish(key, next);
      machineTimeIs(61_000);
      expect(await check(token, READ)).toMatchObject({ id: 'caller-1' });
      expect(await check(bearer(), READ)).toMatchObject({ id: 'caller-1' });
      expect(authority.asked()).toBe(2);
    });

    test('a key that was taken back is not trusted after the keys were read again', async () => {
      await check(bearer(), READ);
      authority.publish(makeSigningKey('key-2'));
      machineTimeIs(12 * 3_600_000 + 1);
      expect(await refusalOf(check(bearer(), READ))).toMatchObject({ status: 401 });
    });

    test('unknown key ids make the issuer be asked once a minute at most', async () => {
      await check(bearer(), READ);
      for (let call = 0; call < 20; call += 1) {
        expect(await refusalOf(check(bearer({}, { kid: `key-${call + 100}` }), READ))).toMatchObject({ status: 401 });
      }
      expect(authority.asked()).toBe(1);
    });

    test('calls that come together ask for the keys once', async () => {
      await Promise.all(Array.from({ length: 10 }, () => check(bearer(), READ)));
      expect(authority.asked()).toBe(1);
    });

    test.each<{ why: string; instead: Parameters<TokenAuthority['answer']>[0] }>([
      { why: 'is ill', instead: () => ({ status: 503, body: { error: 'busy' } }) },
      { why: 'asks for a pause', instead: () => ({ status: 429, headers: { 'retry-after': '9' } }) },
      { why: 'answers no JSON', instead: () => ({ body: '<html>gateway</html>' }) },
      { why: 'answers no key set', instead: () => ({ body: { message: 'hello' } }) },
      {
        why: 'hangs up',
        instead: (_, response) => {
          response.destroy();
          return undefined;
        },
      },
    ])('an issuer that $why is no fault of the caller: 503, and when to come again', async ({ instead }) => {
      authority.answer(instead);
      expect(await refusalOf(check(bearer(), READ))).toMatchObject({ status: 503, headers: { 'Retry-After': '5' } });
      authority.answer(null);
      expect(await check(bearer(), READ)).toMatchObject({ id: 'caller-1' });
    });

    test('an issuer that is not there: 503', async () => {
      const gone = await startTokenAuthority(key);
      await gone.close();
      const settings = { authorityHost: gone.url, tenantId: TENANT, audience: 'api://muster' };
      const token = bearer({ iss: `${gone.url}/${TENANT}/v2.0` });
      expect(await refusalOf(makeTokenCheck(settings, clock)(token, READ))).toMatchObject({
        status: 503,
        headers: { 'Retry-After': '5' },
      });
    });

    test('a header that is no token asks nobody', async () => {
      await refusalOf(check('Bearer garbage', READ));
      await refusalOf(check(null, READ));
      expect(authority.asked()).toBe(0);
    });
  });
});
