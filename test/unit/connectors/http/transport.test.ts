import { PermanentError, TransientError } from '../../../../core/errors';
import { makeTransport } from '../../../../connectors/http/transport';
import type { Transport, TransportSettings } from '../../../../connectors/http/transport';
import { startScriptedServer } from '../../../support/scripted-server';
import type { Script, ScriptedServer } from '../../../support/scripted-server';
import net from 'node:net';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';

const never = new AbortController().signal;
const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(script: Script): Promise<ScriptedServer> {
  const server = await startScriptedServer(script);
  closers.push(server.close);
  return server;
}

function towards(baseUrl: string, limits: Partial<TransportSettings> = {}): Transport {
  const transport = makeTransport({ connectorId: 'mdm', baseUrl, userAgent: 'Muster/test', ...limits });
  closers.push(transport.close);
  return transport;
}

const get = (url: string) => ({ method: 'GET', url, headers: { Authorization: 'Bearer secret' } }) as const;

describe('an exchange', () => {
  test('sends the URL byte for byte, the headers and our name, and gives back the answer whole', async () => {
    const server = await serve(() => ({ status: 207, headers: { 'X-Custom': 'yes' }, body: { a: 1 } }));
    const answer = await towards(`${server.url}/base`).send(get('/x?filter=a%3D%3D%22b%22&n=1'), never);
    expect(answer).toMatchObject({ status: 207, headers: { 'x-custom': 'yes' } });
    expect(answer.body.toString()).toBe('{"a":1}');
    expect(server.seen[0]).toMatchObject({
      target: '/base/x?filter=a%3D%3D%22b%22&n=1',
      headers: { 'user-agent': 'Muster/test', authorization: 'Bearer secret' },
    });
  });

  test('posts a form as it stands', async () => {
    const server = await serve(() => ({ body: {} }));
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' };
    await towards(server.url).send({ method: 'POST', url: '/token', headers, body: 'a=1&b=%26' }, never);
    expect(server.seen[0]).toMatchObject({ method: 'POST', body: 'a=1&b=%26' });
  });

  test.each([204, 401, 404, 429, 500, 503])('%i is an answer, not an error', async (status) => {
    const server = await serve(() => ({ status }));
    expect((await towards(server.url).send(get('/x'), never)).status).toBe(status);
  });

  test('names method and path in errors, never query values', () => {
    const transport = towards('https://mdm.example.com/base');
    expect(transport.endpoint(get('/devices?filter=user%3Dalice'))).toBe('GET /devices');
    expect(transport.endpoint(get('https://mdm.example.com/devices?x=1'))).toBe('GET /devices');
  });
});

describe('limits of time', () => {
  test('a TCP connection on which TLS never stands is no connection', async () => {
    const silent = net.createServer(() => undefined);
    await new Promise<void>((resolve) => {
      silent.listen(0, '127.0.0.1', resolve);
    });
    closers.push(() => silent.close());
    const { port } = silent.address() as AddressInfo;
    const transport = towards(`https://127.0.0.1:${port}`, { connectTimeoutMs: 60, firstByteTimeoutMs: 5_000 });
    closers.unshift(transport.close);
    await expect(transport.send(get('/x'), never)).rejects.toThrow('no connection in time');
  });

  test('no first byte in time', async () => {
    const server = await serve(() => undefined);
    const transport = towards(server.url, { firstByteTimeoutMs: 60 });
    await expect(transport.send(get('/x'), never)).rejects.toThrow(/GET \/x: no answer within 60 ms/);
    await expect(transport.send(get('/x'), never)).rejects.toBeInstanceOf(TransientError);
  });

  test('a body that falls silent', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-type': 'application/json' });
      response.write('{"half":');
      return undefined;
    });
    const transport = towards(server.url, { stallTimeoutMs: 60 });
    const failure = transport.send(get('/x'), never);
    await expect(failure).rejects.toThrow('the body stalled for 60 ms');
    await expect(failure).rejects.toBeInstanceOf(TransientError);
  });

  test('a slow body that keeps coming is no failure: there is no short total', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      let sent = 0;
      const drip = setInterval(() => {
        sent += 1;
        response.write('x');
        if (sent === 6) {
          clearInterval(drip);
          response.end();
        }
      }, 40);
      return undefined;
    });
    const { body } = await towards(server.url, { stallTimeoutMs: 200, firstByteTimeoutMs: 200 }).send(get('/x'), never);
    expect(body.toString()).toBe('xxxxxx');
  });

  test('whoever asked may give up, and that is no fault of the wire', async () => {
    const server = await serve(() => undefined);
    const abort = new AbortController();
    const waiting = towards(server.url).send(get('/x'), abort.signal);
    setImmediate(() => abort.abort(new Error('stopped by the operator')));
    await expect(waiting).rejects.toThrow('stopped by the operator');
  });
});

describe('bodies', () => {
  test.each([
    { size: 1000, fits: true, reason: 'exactly the limit' },
    { size: 1001, fits: false, reason: 'one byte more' },
  ])('$size bytes against a limit of 1000: $reason', async ({ size, fits }) => {
    const server = await serve(() => ({ body: 'x'.repeat(size) }));
    const sent = towards(server.url, { maxBodyBytes: 1000 }).send(get('/x'), never);
    if (fits) expect((await sent).body).toHaveLength(size);
    else await expect(sent).rejects.toBeInstanceOf(PermanentError);
  });

  test('an endless body is cut off at the limit, not read to the end', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      const pour = (): void => {
        while (!response.destroyed && response.write('x'.repeat(10_000)));
        if (!response.destroyed) response.once('drain', pour);
      };
      pour();
      return undefined;
    });
    await expect(towards(server.url, { maxBodyBytes: 100_000 }).send(get('/x'), never)).rejects.toThrow('larger than');
  });

  test.each([
    {
      how: 'a connection that closes before all announced bytes came',
      script: ((_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('{"half":');
        setImmediate(() => response.destroy());
        return undefined;
      }) satisfies Script,
    },
    {
      how: 'a chunked body without its last chunk',
      script: ((_, response) => {
        response.writeHead(200);
        response.write('{"half":');
        setImmediate(() => response.destroy());
        return undefined;
      }) satisfies Script,
    },
    {
      how: 'a connection that closes without a word',
      script: ((_, response) => {
        response.destroy();
        return undefined;
      }) satisfies Script,
    },
  ])('$how is worth another try', async ({ script }) => {
    const server = await serve(script);
    await expect(towards(server.url).send(get('/x'), never)).rejects.toBeInstanceOf(TransientError);
  });

  test('a download breaks off with the same error', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('half');
      setImmediate(() => response.destroy());
      return undefined;
    });
    const { body } = await towards(server.url).stream(get('/x'), never);
    await expect(text(body)).rejects.toThrow();
  });

  test('a download that falls silent ends with TransientError', async () => {
    const server = await serve((_, response) => {
      response.writeHead(200);
      response.write('half');
      return undefined;
    });
    const { body } = await towards(server.url, { stallTimeoutMs: 60 }).stream(get('/x'), never);
    await expect(text(body)).rejects.toBeInstanceOf(TransientError);
  });
});

describe('the configured host and no other', () => {
  test.each([
    { link: (foreign: string) => `${foreign}/next`, reason: 'another host' },
    { link: (foreign: string) => `//${new URL(foreign).host}/next`, reason: 'a link without scheme' },
    { link: (foreign: string) => `http://127.0.0.1@${new URL(foreign).host}/`, reason: 'our host as a user name' },
  ])('a link to $reason is refused, and nothing is sent', async ({ link }) => {
    const home = await serve(() => ({ body: {} }));
    const foreign = await serve(() => ({ body: {} }));
    const elsewhere = foreign.url.replace('127.0.0.1', 'localhost');
    const sent = towards(home.url).send(get(link(elsewhere)), never);
    const answer = await sent.catch((error: unknown) => error);
    // A link that starts with a slash is a path of the home host by construction; it never leaves it.
    if (answer instanceof Error) expect(answer).toBeInstanceOf(PermanentError);
    expect(foreign.seen).toHaveLength(0);
  });

  test('another scheme or port of the same host is another host', async () => {
    const home = await serve(() => ({ body: {} }));
    const transport = towards(home.url);
    const { port } = new URL(home.url);
    for (const link of [
      `https://127.0.0.1:${port}/x`,
      `http://127.0.0.1:${Number(port) + 1}/x`,
      'file:///etc/passwd',
    ]) {
      await expect(transport.send(get(link), never)).rejects.toBeInstanceOf(PermanentError);
    }
    expect(home.seen).toHaveLength(0);
  });

  test.each([301, 302, 303, 307, 308])('a redirect (%i) is an answer; the token stays here', async (status) => {
    const foreign = await serve(() => ({ body: {} }));
    const home = await serve(() => ({ status, headers: { location: `${foreign.url}/next` } }));
    expect((await towards(home.url).send(get('/x'), never)).status).toBe(status);
    expect(foreign.seen).toHaveLength(0);
    expect(home.seen).toHaveLength(1);
  });

  test('an absolute link of the home host is followed as it stands', async () => {
    const home = await serve(() => ({ body: {} }));
    await towards(home.url).send(get(`${home.url}/next?$skiptoken=a%2Bb`), never);
    expect(home.seen[0]?.target).toBe('/next?$skiptoken=a%2Bb');
  });
});

describe('what an operator is told', () => {
  test('a port that nobody listens on', async () => {
    const error = await towards('http://127.0.0.1:1')
      .send(get('/x'), never)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({ message: expect.stringContaining('refused'), context: { endpoint: 'GET /x' } });
  });

  test('a host that does not resolve, with what the vendor renamed it to', async () => {
    const transport = towards('http://old.invalid', { unresolvedHint: 'Use new.example.com.' });
    const error = await transport.send(get('/x'), never).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      message: expect.stringContaining('does not resolve'),
      context: { hint: expect.stringContaining('Use new.example.com.') },
    });
  });

  test('no error carries the token, in any of its fields', async () => {
    const error = await towards('http://127.0.0.1:1')
      .send(get('/x'), never)
      .catch((reason: unknown) => reason);
    expect(JSON.stringify(error, Object.getOwnPropertyNames(Object(error)))).not.toContain('secret');
    expect(
      JSON.stringify(error instanceof Error ? error.cause : error, ['message', 'config', 'headers']),
    ).not.toContain('secret');
  });
});
