/** `muster serve` as a process, with what a test needs to steer and watch it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { createInterface } from 'node:readline';

const command = path.join(__dirname, '../../bin/muster.mjs');

export interface Served {
  /** `http://127.0.0.1:PORT/api`. */
  readonly url: string;
  /** Records of the log so far. */
  readonly log: () => readonly Readonly<Record<string, unknown>>[];
  readonly fetch: (
    route: string,
    init?: Omit<RequestInit, 'headers'> & { headers?: Record<string, string> },
  ) => Promise<Response>;
  /** Ends as a person would end it, after the work in progress. @returns the exit code. */
  readonly stop: () => Promise<number | null>;
  /** Ends without warning. */
  readonly kill: () => Promise<void>;
}

export interface ServeOptions {
  readonly config: string;
  /** Access token for {@link Served.fetch}. */
  readonly token?: string;
  readonly settings?: Readonly<Record<string, string>>;
  readonly leaseSeconds?: number;
}

/** What makes a failed message come back at once, and an empty queue be asked often: tests do not wait for half a minute. */
const QUICK = {
  AzureFunctionsJobHost__extensions__queues__visibilityTimeout: '00:00:00',
  AzureFunctionsJobHost__extensions__queues__maxPollingInterval: '00:00:01',
};

export async function startServe({ config, token, settings = {}, leaseSeconds = 60 }: ServeOptions): Promise<Served> {
  const child = spawn(
    process.execPath,
    [command, 'serve', '--config', config, '--port', '0', '--no-timers', '--lease', String(leaseSeconds)],
    { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, MUSTER_LOG: 'info', ...QUICK, ...settings } },
  );
  let notes = '';
  child.stderr.on('data', (chunk: Buffer) => void (notes += chunk.toString()));
  const closed = once(child, 'close') as Promise<[number | null]>;
  const lines = createInterface({ input: child.stdout });
  const url = await Promise.race([
    once(lines, 'line').then(([line]) => String(line)),
    closed.then(() => {
      throw new Error(`muster serve ended: ${notes}`);
    }),
  ]);
  return {
    url,
    log: () =>
      notes
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    fetch: (route, init = {}) =>
      fetch(`${url}/${route}`, {
        ...init,
        headers: { ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }), ...init.headers },
      }),
    async stop() {
      child.kill('SIGINT');
      return (await closed)[0];
    },
    async kill() {
      child.kill('SIGKILL');
      await closed;
    },
  };
}

/** An access token of the simulated issuer that a configuration names. */
export async function issueToken(
  config: string,
  roles: readonly string[],
  fields: Record<string, string> = {},
): Promise<string> {
  const text = readFileSync(config, 'utf8');
  const setting = (name: string): string =>
    new RegExp(`^api:(?:\\n .*)*?\\n  ${name}: "(.*)"`, 'm').exec(text)?.[1] ?? '';
  const answer = await fetch(`${setting('authorityHost')}/${setting('tenantId')}/oauth2/v2.0/token`, {
    method: 'POST',
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: 'sim-api-client',
      client_secret: 'sim-api-secret',
      scope: `${setting('audience')}/.default`,
      roles: roles.join(','),
      ...fields,
    }),
  });
  return ((await answer.json()) as { access_token: string }).access_token;
}

/** Looks again until there is an answer. @throws Error after the time, with what was seen last. */
export async function eventually<T>(what: string, seconds: number, look: () => Promise<T | null>): Promise<T> {
  const end = Date.now() + seconds * 1000;
  for (;;) {
    const found = await look();
    if (found !== null) return found;
    if (Date.now() > end) throw new Error(`${what}: not within ${seconds} s`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
