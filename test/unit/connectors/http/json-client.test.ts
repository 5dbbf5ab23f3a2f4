import { PermanentError, ThrottledError, TransientError } from '../../../../core/errors';
import { makeAdaptiveLimit } from '../../../../connectors/http/adaptive-limit';
import { makeJsonClient } from '../../../../connectors/http/json-client';
import type { JsonClientSettings } from '../../../../connectors/http/json-client';
import { makeTokenSource } from '../../../../connectors/http/token-source';
import { makeTransport } from '../../../../connectors/http/transport';
import { startScriptedServer } from '../../../support/scripted-server';
import type { Script } from '../../../support/scripted-server';
import { makeMovableClock } from '../../../support/walk-pull';

const never = new AbortController().signal;
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function makeClient(script: Script, more: Partial<JsonClientSettings> = {}) {
  const server = await startScriptedServer(script);
  const transport = makeTransport({ connectorId: 'mdm', baseUrl: server.url, userAgent: 'Muster/test' });
  closers.push(transport.close, server.close);
  const clock = makeMovableClock();
  let tokens = 0;
  let requests = 0;
  const client = makeJsonClient({
    connectorId: 'mdm',
    transport,
    tokens: makeTokenSource(async () => ({ value: `token-${(tokens += 1)}`, expiresInSeconds: 3600 }), clock),
    limit: makeAdaptiveLimit(2),
    clock,
    random: { next: () => 0, id: () => 'id' },
    throttleWindowMs: 10_000,
    describe: () => ({ message: '' }),
    ...more,
  });
  const meter = { request: () => void (requests += 1) };
  return {
    server,
    tokens: () => tokens,
    requests: () => requests,
    call: () => client.call({ method: 'GET', url: '/devices', privileges: ['Read Devices'] }, meter, never),
  };
}

const bearerOf = (request: { headers: Record<string, unknown> }): unknown => request.headers['authorization'];

describe('authorised JSON calls', () => {
  test('carry the token and the vendor’s headers, and come back parsed', async () => {
    const { call, server } = await makeClient(() => ({ body: { a: 1 } }), { headers: { 'X-Tenant': 'one' } });
    expect(await call()).toMatchObject({ status: 200, value: { a: 1 } });
    expect(server.seen[0]?.headers).toMatchObject({ authorization: 'Bearer token-1', 'x-tenant': 'one' });
  });

  test('204 is a success without a value', async () => {
    const { call } = await makeClient(() => ({ status: 204 }));
    expect(await call()).toMatchObject({ status: 204, value: null });
  });

  test('a token that died is replaced once, and the call repeated', async () => {
    const { call, requests, tokens } = await makeClient((request) =>
      bearerOf(request) === 'Bearer token-1' ? { status: 401 } : { body: {} },
    );
    expect((await call()).status).toBe(200);
    expect({ requests: requests(), tokens: tokens() }).toEqual({ requests: 2, tokens: 2 });
  });

  test('a second 401 is a missing privilege: it stops and names it', async () => {
    const { call, requests, tokens } = await makeClient(() => ({ status: 401 }));
    const error = await call().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PermanentError);
    expect(error).toMatchObject({ context: { status: 401, hint: expect.stringContaining('Read Devices') } });
    expect({ requests: requests(), tokens: tokens() }).toEqual({ requests: 2, tokens: 2 });
  });

  test.each([
    { body: '<!DOCTYPE html><html>maintenance</html>', says: 'HTML', reason: 'a page of a proxy' },
    { body: '{"devices":[{"id":1},{"i', says: 'cut', reason: 'half a document' },
  ])('$reason with status 200 is worth another try', async ({ body, says }) => {
    const { call } = await makeClient(() => ({ body }));
    const error = await call().catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TransientError);
    expect(String(error)).toContain(says);
  });

  test('a throttled call is not repeated here: whoever drives the pull schedules it', async () => {
    const { call, requests } = await makeClient(() => ({ status: 429, headers: { 'retry-after': '600' } }));
    await expect(call()).rejects.toBeInstanceOf(ThrottledError);
    expect(requests()).toBe(1);
  });

  test('the inspector sees every answer, refusals included, before it is judged', async () => {
    const seen: number[] = [];
    const { call } = await makeClient((request) => ({ status: bearerOf(request) === 'Bearer token-1' ? 401 : 503 }), {
      inspect: ({ status }) => void seen.push(status),
    });
    await expect(call()).rejects.toBeInstanceOf(TransientError);
    expect(seen).toEqual([401, 503]);
  });
});
