import { ConfigError, PermanentError, ThrottledError, TransientError } from '../../../../core/errors';
import { credentialError, makeIntuneTokens, scopeOf } from '../../../../connectors/intune/tokens';
import type { IntuneTokens } from '../../../../connectors/intune/tokens';
import { connect, startServer, testClock, NOW, FIRST, pullContext } from './fake-graph';
import type { Answer, Asked, FakeServer, TestClock } from './fake-graph';

let server: FakeServer | null = null;
let tokens: IntuneTokens | null = null;

afterEach(async () => {
  tokens?.close();
  await server?.close();
  server = null;
  tokens = null;
});

const noMeter = { request: () => undefined };

async function startTokens(answer: (asked: Asked, count: number) => Answer, clock: TestClock = testClock()) {
  let count = 0;
  server = await startServer((asked) => answer(asked, (count += 1)));
  tokens = makeIntuneTokens(
    {
      id: 'intune',
      baseUrl: 'http://127.0.0.1:1',
      strategy: 'list',
      auth: {
        kind: 'client-secret',
        authorityHost: server.base,
        tenantId: 'tenant 1',
        clientId: 'client',
        clientSecret: 's3cret&=',
      },
      watchedApps: [],
      defaultCountry: null,
    },
    { clock, random: { next: () => 0, id: () => 'id' }, userAgent: 'Muster/test' },
  );
  return { server, tokens };
}

const issue = (count: number, fields: object = { expires_in: 3599 }): Answer => ({
  body: { token_type: 'Bearer', access_token: `token-${count}`, ...fields },
});

describe('client-secret tokens', () => {
  it('are asked for with the documented form', async () => {
    const { server, tokens } = await startTokens((_, count) => issue(count));
    expect(await tokens.get(noMeter)).toBe('token-1');
    const [asked] = server.asked;
    expect(asked?.method).toBe('POST');
    expect(asked?.url).toBe('/tenant%201/oauth2/v2.0/token');
    expect(Object.fromEntries(new URLSearchParams(asked?.body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'client',
      client_secret: 's3cret&=',
      scope: 'https://graph.microsoft.com/.default',
    });
  });

  it('are asked for once, however many calls wait for one', async () => {
    const { server, tokens } = await startTokens((_, count) => issue(count));
    const got = await Promise.all(Array.from({ length: 20 }, () => tokens.get(noMeter)));
    expect(new Set(got)).toEqual(new Set(['token-1']));
    expect(server.asked).toHaveLength(1);
  });

  it('are renewed before they end', async () => {
    const clock = testClock();
    const { tokens } = await startTokens((_, count) => issue(count, { expires_in: '3600' }), clock);
    await tokens.get(noMeter);
    clock.advance(3_500_000);
    expect(await tokens.get(noMeter)).toBe('token-1');
    clock.advance(80_000);
    expect(await tokens.get(noMeter)).toBe('token-2');
  });

  it('live five minutes where the answer leaves expires_in out', async () => {
    const clock = testClock();
    const { tokens } = await startTokens((_, count) => issue(count, {}), clock);
    await tokens.get(noMeter);
    clock.advance(200_000);
    expect(await tokens.get(noMeter)).toBe('token-1');
    clock.advance(100_000);
    expect(await tokens.get(noMeter)).toBe('token-2');
  });

  it.each(['invalid_client', 'unauthorized_client', 'invalid_grant', 'access_denied'])(
    'a refusal with 400 %s is for good: asked once, said what to check, no secret in the error',
    async (error) => {
      const { server, tokens } = await startTokens(() => ({
        status: 400,
        body: { error, error_description: 'AADSTS7000215: s3cret&= of tenant 1' },
      }));
      const failure = await tokens.get(noMeter).catch((caught: unknown) => caught);
      expect(failure).toBeInstanceOf(PermanentError);
      expect(failure).toMatchObject({ context: { status: 400, connectorId: 'intune' } });
      expect((failure as PermanentError).message).toContain(`${error} AADSTS7000215`);
      expect(JSON.stringify([(failure as PermanentError).message, (failure as PermanentError).context])).not.toMatch(
        /s3cret|tenant 1/,
      );
      expect(server.asked).toHaveLength(1);
    },
  );

  it('a 503 passes, a 429 names its time, an HTML page is no token', async () => {
    const { tokens } = await startTokens((_, count) =>
      count === 1
        ? { status: 503, body: '' }
        : count === 2
          ? { status: 429, headers: { 'retry-after': '7' }, body: {} }
          : count === 3
            ? { body: '<html></html>' }
            : { body: { token_type: 'Bearer' } },
    );
    await expect(tokens.get(noMeter)).rejects.toBeInstanceOf(TransientError);
    const throttled = await tokens.get(noMeter).catch((caught: unknown) => caught);
    expect(throttled).toBeInstanceOf(ThrottledError);
    expect((throttled as ThrottledError).retryAt).toBe(NOW + 7000);
    await expect(tokens.get(noMeter)).rejects.toBeInstanceOf(TransientError);
    await expect(tokens.get(noMeter)).rejects.toBeInstanceOf(TransientError);
  });
});

describe('a static token', () => {
  it.each(['https://graph.microsoft.com', 'http://graph.example.com', 'http://127.0.0.2'])(
    'is refused for %s',
    (base) => {
      expect(() => connect(base)).toThrow(ConfigError);
    },
  );

  it('is sent to this machine', async () => {
    server = await startServer(() => ({ body: { value: [] } }));
    const connector = connect(server.base);
    await connector.inventory.fetchPage(FIRST, pullContext());
    connector.close();
    expect(server.asked[0]?.headers.authorization).toBe('Bearer test-token');
  });
});

describe('scope', () => {
  it.each([
    ['https://graph.microsoft.com', 'https://graph.microsoft.com/.default'],
    ['https://graph.microsoft.us', 'https://graph.microsoft.us/.default'],
    ['http://127.0.0.1:8080/graph', 'https://graph.microsoft.com/.default'],
  ])('for %s is %s', (base, scope) => {
    expect(scopeOf(base)).toBe(scope);
  });
});

describe('failures of an Azure identity', () => {
  const named = (name: string, message: string, more: object = {}): Error =>
    Object.assign(new Error(message), { name }, more);
  it.each([
    ['no identity on this host', named('CredentialUnavailableError', 'no endpoint'), PermanentError],
    [
      'a refused certificate',
      named('AuthenticationError', 'AADSTS700027: key was not found', { statusCode: 401 }),
      PermanentError,
    ],
    ['a certificate file that is not there', named('Error', 'ENOENT', { code: 'ENOENT' }), PermanentError],
    ['an ill endpoint', named('AuthenticationError', 'server error', { statusCode: 500 }), TransientError],
    ['a throttled endpoint', named('AuthenticationError', 'slow down', { statusCode: 429 }), TransientError],
    ['a broken connection', named('RestError', 'ECONNRESET'), TransientError],
  ])('%s', (_, error, expected) => {
    const failure = credentialError('intune', error);
    expect(failure).toBeInstanceOf(expected);
  });

  it('keep the message of the credential to themselves: it may quote the request', () => {
    expect(credentialError('intune', named('AuthenticationError', 'client_assertion=eyJ0')).message).not.toContain(
      'eyJ0',
    );
  });
});

describe('permissions of the token, for doctor', () => {
  it.each([
    [`h.${Buffer.from(JSON.stringify({ roles: ['A.Read.All', 1] })).toString('base64url')}.s`, ['A.Read.All']],
    [`h.${Buffer.from('{}').toString('base64url')}.s`, null],
    ['opaque', null],
    ['a.b.c', null],
  ])('%#', async (token, roles) => {
    const connector = connect('http://127.0.0.1:1', { auth: { kind: 'static-token', token } });
    expect(await connector.client.permissions(noMeter)).toEqual(roles);
    connector.close();
  });
});
