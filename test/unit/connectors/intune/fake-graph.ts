/** A Graph server of this test's own making: scripted answers over real HTTP, and a record of what was asked. */
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { crc32, deflateRawSync } from 'node:zlib';
import type {
  InventoryPage,
  InventorySource,
  PageRef,
  PullContext,
  PullRequest,
} from '../../../../core/ports/inventory-source';
import type { BlobStore } from '../../../../core/ports/blob-store';
import { makeIntuneConnector } from '../../../../connectors/intune';
import type { IntuneConnector, IntuneSettings } from '../../../../connectors/intune';

export interface Asked {
  readonly method: string;
  /** As it came over the wire. */
  readonly url: string;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Record<string, string>;
  /** A value is sent as JSON, a string or buffer as it is. */
  readonly body?: unknown;
  /** Breaks the connection after this many bytes. */
  readonly cutAfter?: number;
}

export interface FakeServer {
  readonly base: string;
  readonly asked: Asked[];
  close(): Promise<void>;
}

export async function startServer(answer: (asked: Asked, base: string) => Answer): Promise<FakeServer> {
  const asked: Asked[] = [];
  let base = '';
  const server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const one: Asked = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      };
      asked.push(one);
      const { status = 200, headers = {}, body = null, cutAfter } = answer(one, base);
      const bytes = Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
      response.writeHead(status, {
        'content-type': 'application/json',
        'content-length': String(bytes.length),
        ...headers,
      });
      if (cutAfter === undefined) {
        response.end(bytes);
      } else {
        response.write(bytes.subarray(0, cutAfter), () => request.socket.destroy());
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    base,
    asked,
    close: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  };
}

/** Blobs in memory, as much of them as a pull's scratch space needs. */
export function memorySpool(): BlobStore & { readonly names: () => string[] } {
  const blobs = new Map<string, Buffer>();
  const info = (name: string, bytes: Buffer) => ({ name, etag: '1', size: bytes.length });
  const unused = async (): Promise<never> => Promise.reject(new Error('not part of a scratch space'));
  return {
    names: () => [...blobs.keys()],
    async put(name, bytes) {
      blobs.set(name, Buffer.from(bytes));
      return info(name, bytes);
    },
    async get(name) {
      const bytes = blobs.get(name);
      return bytes === undefined ? null : { ...info(name, bytes), bytes };
    },
    async list(prefix) {
      return {
        blobs: [...blobs].filter(([name]) => name.startsWith(prefix)).map(([name, b]) => info(name, b)),
        continuation: null,
      };
    },
    async remove(name) {
      blobs.delete(name);
    },
    putIfAbsent: unused,
    putStream: unused,
    putIfMatch: unused,
    append: unused,
    hold: unused,
    retain: unused,
  };
}

/** The moment at which these tests happen. */
export const NOW = Date.parse('2026-11-25T00:00:00.000Z');

export interface TestClock {
  now(): number;
  advance(milliseconds: number): void;
}

export function testClock(): TestClock {
  let time = NOW;
  return { now: () => time, advance: (milliseconds) => void (time += milliseconds) };
}

export function connect(
  base: string,
  settings: Partial<IntuneSettings> = {},
  clock: TestClock = testClock(),
): IntuneConnector {
  return makeIntuneConnector(
    {
      id: 'intune',
      baseUrl: base,
      strategy: 'list',
      auth: { kind: 'static-token', token: 'test-token' },
      watchedApps: [],
      defaultCountry: null,
      ...settings,
    },
    { clock, random: { next: () => 0, id: () => 'id' }, userAgent: 'Muster/test' },
  );
}

export function pullContext(
  overrides: Partial<PullContext> & { readonly request?: PullRequest } = {},
): PullContext & { readonly requests: () => number } {
  let requests = 0;
  return {
    request: { mode: 'full' },
    stage: 'devices',
    meter: { request: () => void (requests += 1) },
    spool: memorySpool(),
    signal: new AbortController().signal,
    ...overrides,
    requests: () => requests,
  };
}

export const FIRST: PageRef = { pageNo: 0, cursor: null };

/** Follows every page of a stage, in the order in which they are named; waits are taken from the clock. */
export async function walkStage(
  inventory: InventorySource,
  context: PullContext,
  clock?: TestClock,
): Promise<{ readonly ref: PageRef; readonly page: InventoryPage }[]> {
  const waiting: PageRef[] = [FIRST];
  const seen: { ref: PageRef; page: InventoryPage }[] = [];
  for (let ref = waiting.shift(); ref !== undefined; ref = waiting.shift()) {
    if (seen.length > 500) throw new Error('the stage does not end');
    clock?.advance((ref.delaySeconds ?? 0) * 1000);
    const page = await inventory.fetchPage(ref, context);
    seen.push({ ref, page });
    waiting.push(...page.next);
  }
  return seen;
}

/** A zip archive with one deflated file. */
export function zipOf(name: string, text: string, damage?: { readonly crc?: number }): Buffer {
  const data = Buffer.from(text);
  const packed = deflateRawSync(data);
  const file = Buffer.from(name);
  const fields = Buffer.alloc(26);
  fields.writeUInt16LE(20, 0);
  fields.writeUInt16LE(8, 4);
  fields.writeUInt32LE(damage?.crc ?? crc32(data), 10);
  fields.writeUInt32LE(packed.length, 14);
  fields.writeUInt32LE(data.length, 18);
  fields.writeUInt16LE(file.length, 22);
  const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), fields, file, packed]);
  const central = Buffer.concat([Buffer.from('PK\u0001\u0002'), Buffer.from([20, 0]), fields, Buffer.alloc(14), file]);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(1, 4);
  end.writeUInt16LE(1, 6);
  end.writeUInt32LE(central.length, 8);
  end.writeUInt32LE(local.length, 12);
  return Buffer.concat([local, central, Buffer.from('PK\u0005\u0006'), end]);
}

export function guid(n: number): string {
  return `00000000-0000-4000-8000-${String(n).padStart(12, '0')}`;
}
