/** HTTP triggers on one machine, asked over real connections. What runs behind them is written by the test. */
import http from 'node:http';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';
import type { Binding, LoadedApp, RpcData, RpcHttp } from '../../../host/functions-core';
import { makeHttpFront } from '../../../host/http-front';

const KEY = 'k'.repeat(32);
const closers: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

interface Invoked {
  readonly name: string;
  readonly http: RpcHttp;
  readonly binding: string | undefined;
}

interface Front {
  readonly url: string;
  readonly port: number;
  readonly invoked: Invoked[];
  readonly errors: string[];
}

type Answer = (invoked: Invoked) => RpcHttp | null | Promise<RpcHttp | null>;

const ok: Answer = ({ name }) => ({ statusCode: '200', body: { string: name } });

async function serve(
  triggers: Readonly<Record<string, Partial<Binding>>>,
  { answer = ok, prefix = 'api' }: { readonly answer?: Answer; readonly prefix?: string } = {},
): Promise<Front> {
  const invoked: Invoked[] = [];
  const errors: string[] = [];
  const app: LoadedApp = {
    functions: Object.entries(triggers).map(([name, trigger]) => ({
      name,
      callback: () => undefined,
      bindings: {
        [`in-${name}`]: { type: 'httpTrigger', direction: 'in', authLevel: 'anonymous', methods: ['GET'], ...trigger },
        $return: { type: 'http', direction: 'out' },
      },
    })),
    async invoke(name, { inputData }): Promise<RpcData | null> {
      const [input] = inputData;
      const now = { name, http: input?.data.http ?? {}, binding: input?.name };
      invoked.push(now);
      const answered = await answer(now);
      return answered === null ? null : { http: answered };
    },
  };
  const server = makeHttpFront({
    app,
    prefix,
    key: KEY,
    onError: (name, error) => void errors.push(`${name} ${String(error)}`),
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  closers.push(
    () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, port, invoked, errors };
}

const statusOf = async (url: string, options?: RequestInit): Promise<number> => (await fetch(url, options)).status;

/** A request written byte by byte, for what no client would send. */
async function raw(port: number, request: string): Promise<string> {
  const socket = net.connect(port, '127.0.0.1');
  socket.end(request);
  return text(socket);
}

describe('an address', () => {
  const TRIGGERS = {
    health: { route: 'health' },
    status: { route: 'v1/sweeps/{runId?}' },
    request: { route: 'v1/sweeps', methods: ['POST'] },
    newest: { route: 'v1/sweeps/newest' },
    unnamed: {},
  };

  test.each<{ method: string; path: string; hit: string | null; why: string }>([
    { method: 'GET', path: '/api/health', hit: 'health', why: 'below the prefix' },
    { method: 'GET', path: '/api/health/', hit: 'health', why: 'with a slash at the end' },
    { method: 'GET', path: '/api/HEALTH', hit: 'health', why: 'in any case' },
    { method: 'GET', path: '/API/health', hit: 'health', why: 'the prefix in any case, as on the platform' },
    { method: 'GET', path: '/api/health?x=1', hit: 'health', why: 'with a query' },
    { method: 'GET', path: '/health', hit: null, why: 'not without the prefix' },
    { method: 'GET', path: '/apihealth', hit: null, why: 'not glued to the prefix' },
    { method: 'GET', path: '/api', hit: null, why: 'not the prefix alone' },
    { method: 'GET', path: '/api/v1/sweeps', hit: 'status', why: 'one route, told apart by method' },
    { method: 'POST', path: '/api/v1/sweeps', hit: 'request', why: 'and the other' },
    { method: 'GET', path: '/api/v1/sweeps/r-1', hit: 'status', why: 'the optional segment' },
    { method: 'GET', path: '/api/v1/sweeps/newest', hit: 'newest', why: 'the route that says more wins' },
    { method: 'POST', path: '/api/v1/sweeps/r-1', hit: null, why: 'a method that no function of the route takes' },
    { method: 'DELETE', path: '/api/health', hit: null, why: 'nor this one' },
    { method: 'GET', path: '/api/unnamed', hit: 'unnamed', why: 'without a route the name is one' },
    { method: 'GET', path: '/api/../health', hit: null, why: 'no way out of the prefix' },
    { method: 'GET', path: '/admin/functions', hit: null, why: 'nothing of the host’s own' },
  ])('$method $path: $why', async ({ method, path, hit }) => {
    const { url, invoked } = await serve(TRIGGERS);
    const answer = await fetch(`${url}${path}`, { method });
    expect({ status: answer.status, invoked: invoked.map(({ name }) => name) }).toEqual(
      hit === null ? { status: 404, invoked: [] } : { status: 200, invoked: [hit] },
    );
  });

  test('may have no prefix', async () => {
    const { url } = await serve({ health: { route: 'health' } }, { prefix: '' });
    expect(await statusOf(`${url}/health`)).toBe(200);
    expect(await statusOf(`${url}/api/health`)).toBe(404);
  });

  test.each(['//', 'http://[', '/api/%zz'])(
    'that is none (%s) is a bad request or not found, never our failure',
    async (target) => {
      const { port, errors } = await serve({ any: { route: '{x}' } });
      const answer = await raw(port, `GET ${target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
      expect(answer).toMatch(/^HTTP\/1\.1 40[04] /);
      expect(errors).toEqual([]);
    },
  );

  test('a Host header that is none is a bad request', async () => {
    const { port, errors } = await serve({ health: { route: 'health' } });
    const answer = await raw(port, 'GET /api/health HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n');
    expect(answer).toMatch(/^HTTP\/1\.1 400 /);
    expect(errors).toEqual([]);
  });
});

describe('what a function gets', () => {
  test('method, whole address, query, values of the route, headers and body, at its own binding', async () => {
    const { url, invoked } = await serve({ publish: { route: 'v1/{kind}/{id}', methods: ['POST'] } });
    await fetch(`${url}/api/v1/entries/%2B15550100?a=1&b=x%20y`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Own': 'yes' },
      body: '{"é":1}',
    });
    expect(invoked).toMatchObject([
      {
        binding: 'in-publish',
        http: {
          method: 'POST',
          url: `${url}/api/v1/entries/%2B15550100?a=1&b=x%20y`,
          query: { a: '1', b: 'x y' },
          params: { kind: 'entries', id: '+15550100' },
          headers: { 'content-type': 'application/json', 'x-own': 'yes' },
        },
      },
    ]);
    expect(invoked[0]?.http.body?.bytes?.toString('utf8')).toBe('{"é":1}');
  });

  test('headers and query keys that were repeated arrive joined', async () => {
    const { port, invoked } = await serve({ health: { route: 'health' } });
    await raw(
      port,
      'GET /api/health?a=1&a=2 HTTP/1.1\r\nHost: localhost\r\nX-Own: one\r\nX-Own: two\r\nConnection: close\r\n\r\n',
    );
    expect(invoked[0]?.http).toMatchObject({ headers: { 'x-own': 'one, two' }, query: { a: '1,2' } });
  });

  test('no body where none was sent', async () => {
    const { url, invoked } = await serve({ request: { route: 'r', methods: ['POST'] } });
    await fetch(`${url}/api/r`, { method: 'POST' });
    expect(invoked[0]?.http).not.toHaveProperty('body');
  });

  test('nothing of a body that came without Content-Length, as on the platform', async () => {
    const { port, invoked } = await serve({ request: { route: 'r', methods: ['POST'] } });
    const answer = await new Promise<http.IncomingMessage>((resolve, reject) => {
      const request = http.request({ port, host: '127.0.0.1', method: 'POST', path: '/api/r' }, resolve);
      request.on('error', reject);
      request.write('{"half":');
      request.end('1}');
    });
    answer.resume();
    expect(answer.statusCode).toBe(200);
    expect(invoked[0]?.http.headers).toMatchObject({ 'transfer-encoding': 'chunked' });
    expect(invoked[0]?.http).not.toHaveProperty('body');
  });
});

describe('a body', () => {
  const MEGABYTE = 1024 * 1024;
  test.each([
    { size: MEGABYTE, status: 200, why: 'of a megabyte arrives whole' },
    { size: MEGABYTE + 1, status: 413, why: 'a byte longer is refused' },
    { size: 8 * MEGABYTE, status: 413, why: 'much longer is refused, too, and the caller hears of it' },
  ])('$why', async ({ size, status }) => {
    const { url, invoked } = await serve({ request: { route: 'r', methods: ['POST'] } });
    expect(await statusOf(`${url}/api/r`, { method: 'POST', body: Buffer.alloc(size, 'x') })).toBe(status);
    expect(invoked.map(({ http: { body } }) => body?.bytes?.length)).toEqual(status === 200 ? [size] : []);
  });

  test('that never ends is not kept', async () => {
    const { url, invoked } = await serve({ request: { route: 'r', methods: ['POST'] } });
    let sent = 0;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        sent += 1;
        if (sent > 64) controller.close();
        else controller.enqueue(new Uint8Array(MEGABYTE / 4));
      },
    });
    const options = { method: 'POST', body, duplex: 'half' } as RequestInit;
    expect(await statusOf(`${url}/api/r`, options)).toBe(413);
    expect(invoked).toEqual([]);
  });

  test('that was refused leaves the server well', async () => {
    const { url } = await serve({ request: { route: 'r', methods: ['POST'] }, health: { route: 'health' } });
    await statusOf(`${url}/api/r`, { method: 'POST', body: Buffer.alloc(2 * MEGABYTE) });
    expect(await statusOf(`${url}/api/health`)).toBe(200);
  });
});

describe('a key', () => {
  const TRIGGERS = {
    open: { route: 'open' },
    hook: { route: 'hook', authLevel: 'function' },
    admin: { route: 'manage', authLevel: 'admin' },
    unsaid: { route: 'unsaid', authLevel: undefined },
  };
  test.each<{ path: string; headers: Record<string, string>; status: number; why: string }>([
    { path: 'open', headers: {}, status: 200, why: 'anonymous needs none' },
    { path: 'hook', headers: {}, status: 401, why: 'function needs one' },
    { path: 'admin', headers: { 'x-functions-key': KEY }, status: 404, why: 'the name is no route where there is one' },
    { path: 'manage', headers: {}, status: 401, why: 'admin, too' },
    { path: 'unsaid', headers: {}, status: 401, why: 'as does a function that says nothing' },
    { path: 'hook', headers: { 'x-functions-key': KEY }, status: 200, why: 'in the header' },
    { path: `hook?code=${KEY}`, headers: {}, status: 200, why: 'in the query' },
    { path: 'manage', headers: { 'x-functions-key': KEY }, status: 200, why: 'for admin' },
    { path: 'hook', headers: { 'x-functions-key': `${KEY}x` }, status: 401, why: 'longer' },
    { path: 'hook', headers: { 'x-functions-key': KEY.slice(1) }, status: 401, why: 'shorter' },
    { path: 'hook', headers: { 'x-functions-key': 'x'.repeat(32) }, status: 401, why: 'another of the same length' },
    { path: 'hook', headers: { 'x-functions-key': '' }, status: 401, why: 'empty' },
    {
      path: `hook?code=${KEY}`,
      headers: { 'x-functions-key': 'wrong' },
      status: 401,
      why: 'the header counts where both are',
    },
    { path: 'hook', headers: { authorization: `Bearer ${KEY}` }, status: 401, why: 'not as a bearer token' },
  ])('$path $headers: $status, $why', async ({ path, headers, status }) => {
    const { url, invoked } = await serve(TRIGGERS);
    expect(await statusOf(`${url}/api/${path}`, { headers })).toBe(status);
    expect(invoked).toHaveLength(status === 200 ? 1 : 0);
  });
});

describe('an answer', () => {
  test('has the status, headers and bytes that the function gave', async () => {
    const answer: Answer = () => ({
      statusCode: '202',
      headers: { Location: '/api/x', 'Content-Type': 'application/json' },
      body: { bytes: Buffer.from('{"a":"é"}') },
    });
    const { url } = await serve({ request: { route: 'r' } }, { answer });
    const response = await fetch(`${url}/api/r`);
    expect([response.status, response.headers.get('location'), await response.json()]).toEqual([
      202,
      '/api/x',
      { a: 'é' },
    ]);
  });

  test('is 204 where the function gave nothing', async () => {
    const { url } = await serve({ request: { route: 'r' } }, { answer: () => null });
    expect(await statusOf(`${url}/api/r`)).toBe(204);
  });

  test('is 500 with nothing in it where the function failed, and the failure is told', async () => {
    const answer: Answer = () => {
      throw new Error('row 7');
    };
    const { url, errors } = await serve({ request: { route: 'r' } }, { answer });
    const response = await fetch(`${url}/api/r`);
    expect([response.status, await response.text()]).toEqual([500, '']);
    expect(errors).toEqual([expect.stringContaining('row 7')]);
  });

  test('comes for several requests at a time, each its own', async () => {
    const waiting: (() => void)[] = [];
    const answer: Answer = async ({ http: { params } }) => {
      await new Promise<void>((resolve) => {
        // The last to come lets all go, in the other order.
        waiting.unshift(resolve);
        if (waiting.length === 5) for (const go of waiting) go();
      });
      return { statusCode: '200', body: { string: params?.['id'] ?? '' } };
    };
    const { url } = await serve({ one: { route: 'r/{id}' } }, { answer });
    const ids = ['1', '2', '3', '4', '5'];
    expect(await Promise.all(ids.map(async (id) => (await fetch(`${url}/api/r/${id}`)).text()))).toEqual(ids);
  });
});

test.each(['/api/health', '/api/nothing'])('a connection ends where the caller wants it to end (%s)', async (path) => {
  const { port } = await serve({ health: { route: 'health' } });
  const answer = await raw(port, `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`);
  expect(answer).toMatch(/^connection: close\r$/im);
});

test('a route that this host does not know stops the start', async () => {
  await expect(serve({ bad: { route: 'v1/{id:int}' } })).rejects.toThrow('v1/{id:int}');
});
