/** The release feed over real HTTP and HTTPS, with the files that a single machine keeps its state in. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { ConfigError, PermanentError, TransientError } from '../../core/errors';
import type { BlobStore } from '../../core/ports/blob-store';
import { makeOsFeed } from '../../feeds';
import type { LoadedFeed, OsFeedSettings } from '../../feeds';
import { FEED_BLOB } from '../../feeds/feed-cache';
import { fetchFeed, isAllowedFeedUrl, MAX_FEED_BYTES } from '../../feeds/fetch-feed';
import { openBlobStore } from '../../storage/files/blob-store';
import { startScriptedServer } from '../support/scripted-server';
import type { Script, ScriptedAnswer, ScriptedServer } from '../support/scripted-server';
import { SILENT } from '../../core/ports/telemetry';

const DAY_MS = 86_400_000;
const NOW = Date.parse('2026-11-25T12:00:00.000Z');
const TLS = path.join(__dirname, '__fixtures__', 'feed-tls');

/** A SOFA feed of one train; `versions` are for both phones but the last, which is for the first only. */
function sofa(versions: readonly string[], lastCheck = '2026-11-25T06:00:00Z'): object {
  const releases = versions.map((ProductVersion, at) => ({
    ProductVersion,
    ReleaseDate: '2026-11-16T00:00:00Z',
    SupportedDevices: at === versions.length - 1 && at > 0 ? ['iPhone11,8'] : ['iPhone17,3', 'iPhone18,1'],
  }));
  return {
    Version: '2.0',
    LastCheck: lastCheck,
    OSVersions: [{ OSVersion: '26', Latest: releases[0], SecurityReleases: releases }],
  };
}
const GOOD = sofa(['26.7.1', '26.6', '18.7.10']);
const NEWER = sofa(['27.0.1', '26.7.1', '26.6', '18.7.10']);

let folder: string;
let blobs: BlobStore;
let server: ScriptedServer;
let now: number;
let logged: string[];

const answer =
  (body: unknown, headers: Readonly<Record<string, string>> = {}): Script =>
  () => ({ body, headers });
const failure =
  (status: number): Script =>
  () => ({ status, body: { secret: 'not for the operator' } });

function load(settings: Partial<OsFeedSettings> = {}): Promise<LoadedFeed> {
  return makeOsFeed(
    { kind: 'sofa', url: `${server.url}/feed.json`, ...settings },
    {
      blobs,
      clock: { now: () => now },
      telemetry: { ...SILENT, log: (level, event) => logged.push(`${level} ${event}`) },
    },
  ).load();
}
const versions = ({ catalog }: LoadedFeed): string[] | null => catalog?.releases.map(({ version }) => version) ?? null;

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'muster-feeds-'));
  now = NOW;
  logged = [];
  blobs = await openBlobStore(folder, { clock: { now: () => now } });
  server = await startScriptedServer(answer(GOOD));
});

afterEach(async () => {
  await server.close();
  await rm(folder, { recursive: true, force: true });
});

describe('loading the feed', () => {
  test('gives the catalog, keeps it, and says nothing', async () => {
    expect(await load()).toEqual({
      catalog: expect.objectContaining({ source: 'sofa', checkedAt: '2026-11-25T06:00:00.000Z' }),
      warnings: [],
    });
    expect(await blobs.get(FEED_BLOB)).not.toBeNull();
    expect(logged).toEqual([]);
  });

  test('a newer feed replaces it', async () => {
    await load();
    server.script = answer(NEWER);
    expect(versions(await load())).toEqual(['27.0.1', '26.7.1', '26.6', '18.7.10']);
    server.script = failure(503);
    expect(versions(await load())?.[0]).toBe('27.0.1');
  });

  const spoiled: [string, string, Script][] = [
    ['the server is ill', 'unreachable', failure(503)],
    ['the server throttles', 'unreachable', failure(429)],
    ['the feed has moved away', 'unreachable', failure(404)],
    ['the connection breaks', 'unreachable', (_, response) => void response.destroy()],
    ['an error page comes instead', 'malformed', answer('<html>Gateway</html>')],
    ['the document is cut', 'malformed', answer(JSON.stringify(NEWER).slice(0, 200))],
    ['the schema has changed', 'malformed', answer({ ...NEWER, Version: '3.0' })],
    ['it is stale', 'stale', answer(sofa(['27.0.1', '26.7.1', '26.6', '18.7.10'], '2026-11-01T00:00:00Z'))],
    ['it has lost its newest release', 'shrunken', answer(sofa(['26.6', '26.5', '18.7.10']))],
    ['it has lost models', 'shrunken', answer(sofa(['26.7.1', '26.6']))],
  ];

  test.each(spoiled)('when %s, the last good one stays, with one warning', async (_, problem, script) => {
    const good = await load();
    server.script = script;
    const { catalog, warnings } = await load();
    expect(catalog).toEqual(good.catalog);
    expect(warnings).toEqual([expect.stringContaining('that of 2026-11-25 stays in use')]);
    expect(warnings.join()).not.toMatch(/secret|html/);
    expect(logged).toEqual([`warn feed-${problem}`]);
    // What was refused has not been kept: the next good feed is compared with the good one.
    server.script = answer(NEWER);
    expect(versions(await load())?.[0]).toBe('27.0.1');
  });

  test.each(spoiled.filter(([, problem]) => problem === 'unreachable' || problem === 'malformed'))(
    'when %s and there is no earlier one, nothing is known and it is said',
    async (_, problem, script) => {
      server.script = script;
      const { catalog, warnings } = await load();
      expect(catalog).toBeNull();
      expect(warnings).toEqual([expect.stringContaining('no phone is called "cannot update"')]);
      // Nothing is known: that is as good as old.
      expect(logged).toEqual([`warn feed-${problem}`, 'warn feed-stale']);
      expect(await blobs.get(FEED_BLOB)).toBeNull();
    },
  );

  test('a feed that cannot be had for so long that the last good one is old is said to be stale, too', async () => {
    await load();
    server.script = failure(503);
    now = NOW + 6 * DAY_MS;
    await load();
    expect(logged).toEqual(['warn feed-unreachable']);
    now = NOW + 30 * DAY_MS;
    await load();
    expect(logged.slice(1)).toEqual(['warn feed-unreachable', 'warn feed-stale']);
  });

  test('a stale feed is used, and said to be stale, where there is no earlier one', async () => {
    server.script = answer(sofa(['26.7.1', '26.6'], '2026-10-01T00:00:00Z'));
    const loaded = await load();
    expect(versions(loaded)).toEqual(['26.7.1', '26.6']);
    expect(loaded.warnings).toEqual([expect.stringContaining('55 days ago')]);
  });

  test('the operator accepts a shrunken feed by removing the kept one, as the warning says', async () => {
    await load();
    server.script = answer(sofa(['26.6', '26.5', '18.7.10']));
    expect((await load()).warnings.join()).toContain(`remove the blob ${FEED_BLOB}`);
    await blobs.remove(FEED_BLOB);
    expect(await load()).toMatchObject({ warnings: [] });
  });

  test('a kept catalog that cannot be read is fetched anew', async () => {
    await load();
    for (const text of ['{', '{"v":1}', 'null']) {
      await blobs.put(FEED_BLOB, Buffer.from(text));
      expect(versions(await load())?.[0]).toBe('26.7.1');
    }
    expect(new Set(logged)).toEqual(new Set(['warn feed-cache-unreadable']));
  });

  test('what another feed said is neither a measure nor a replacement', async () => {
    server.script = answer(NEWER);
    await load();
    server.script = answer(GOOD);
    expect(versions(await load({ url: `${server.url}/mirror.json` }))?.[0]).toBe('26.7.1');
    server.script = failure(503);
    expect((await load({ url: `${server.url}/third.json` })).catalog).toBeNull();
  });
});

describe('conditional requests', () => {
  /** 304 for whoever brings the validators, else the document. */
  const conditional: Script = ({ headers }): ScriptedAnswer =>
    headers['if-none-match'] === '"v1"' && headers['if-modified-since'] === 'Wed, 25 Nov 2026 06:00:00 GMT'
      ? { status: 304 }
      : { body: GOOD, headers: { etag: '"v1"', 'last-modified': 'Wed, 25 Nov 2026 06:00:00 GMT' } };

  test('an unchanged feed is not sent again', async () => {
    server.script = conditional;
    const first = await load();
    expect(await load()).toEqual(first);
    expect(server.seen.map(({ headers }) => headers['if-none-match'])).toEqual([undefined, '"v1"']);
  });

  test('a feed that stays unchanged for too long is stale', async () => {
    server.script = conditional;
    await load();
    now += 20 * DAY_MS;
    const { catalog, warnings } = await load();
    expect(catalog).not.toBeNull();
    expect(warnings).toEqual([expect.stringContaining('was last checked 20 days ago')]);
  });

  test("Apple's own catalogue has no time of check: served unchanged it is as of now", async () => {
    const document = {
      PublicAssetSets: {
        iOS: [{ ProductVersion: '26.7.1', PostingDate: '2026-11-16', SupportedDevices: ['iPhone17,3'] }],
      },
    };
    server.script = ({ headers }) =>
      headers['if-none-match'] === '"v1"' ? { status: 304 } : { body: document, headers: { etag: '"v1"' } };
    await load({ kind: 'gdmf' });
    now += 20 * DAY_MS;
    expect(await load({ kind: 'gdmf' })).toMatchObject({
      catalog: { checkedAt: '2026-12-15T12:00:00.000Z' },
      warnings: [],
    });
  });

  test('a refused document does not leave its validators behind', async () => {
    server.script = conditional;
    await load();
    server.script = answer(sofa(['26.5']), { etag: '"bad"' });
    await load();
    server.script = conditional;
    await load();
    expect(server.seen.at(-1)?.headers['if-none-match']).toBe('"v1"');
  });

  test('304 to a plain request gives nothing', async () => {
    server.script = failure(304);
    expect((await load()).catalog).toBeNull();
  });
});

describe('what is asked, and of whom', () => {
  const plain = { etag: null, lastModified: null };

  test.each([
    ['https://gdmf.apple.com/v2/pmv', true],
    ['http://127.0.0.1:8080/feed', true],
    ['http://localhost/feed', true],
    ['http://[::1]:8080/feed', true],
    ['http://feeds.example.com/feed', false],
    ['http://127.0.0.1.example.com/feed', false],
    ['http://localhost.example.com/feed', false],
    ['https://user:word@feeds.example.com/feed', false],
    ['file:///etc/passwd', false],
    ['ftp://feeds.example.com/feed', false],
    ['feed.json', false],
  ])('%s is allowed: %p', (url, expected) => {
    expect(isAllowedFeedUrl(url)).toBe(expected);
    const make = () => makeOsFeed({ kind: 'sofa', url }, { blobs, clock: { now: () => now }, telemetry: SILENT });
    if (expected) expect(make).not.toThrow();
    else expect(make).toThrow(ConfigError);
  });

  test('a redirect is followed inside the rule and refused outside of it', async () => {
    server.script = ({ path: at }) =>
      at === '/old' ? { status: 302, headers: { location: '/new' } } : { body: { at } };
    expect(await fetchFeed({ url: `${server.url}/old`, ...plain })).toMatchObject({ text: '{"at":"/new"}' });
    server.script = () => ({ status: 302, headers: { location: 'http://feeds.example.com/feed' } });
    await expect(fetchFeed({ url: `${server.url}/old`, ...plain })).rejects.toThrow(PermanentError);
    server.script = () => ({ status: 302, headers: { location: '/old' } });
    await expect(fetchFeed({ url: `${server.url}/old`, ...plain })).rejects.toThrow(PermanentError);
    expect(server.seen.length).toBeLessThan(10);
  });

  test('a body that is too large is given up', async () => {
    server.script = (_, response) => {
      response.writeHead(200);
      const part = Buffer.alloc(1024 * 1024, 0x20);
      const send = (left: number): void => {
        if (left > 0 && !response.destroyed) response.write(part, () => send(left - 1));
        else response.end();
      };
      send(MAX_FEED_BYTES / part.length + 2);
      return undefined;
    };
    await expect(fetchFeed({ url: `${server.url}/feed`, ...plain })).rejects.toThrow(/larger than 20971520 bytes/);
  });

  test('a server that does not answer, or stops in the middle, is given up in time', async () => {
    server.script = () => undefined;
    const silent = fetchFeed({ url: `${server.url}/feed`, ...plain, firstByteTimeoutMs: 50 });
    await expect(silent).rejects.toThrow(TransientError);
    server.script = (_, response) => {
      response.writeHead(200);
      response.write('{');
      return undefined;
    };
    const stalled = fetchFeed({ url: `${server.url}/feed`, ...plain, totalTimeoutMs: 200 });
    await expect(stalled).rejects.toThrow(TransientError);
  });

  test('errors name the address without what stands behind the question mark', async () => {
    server.script = failure(500);
    await expect(fetchFeed({ url: `${server.url}/feed?key=secret`, ...plain })).rejects.toMatchObject({
      message: `GET ${server.url}/feed: HTTP 500`,
      context: { status: 500, endpoint: `GET ${server.url}/feed` },
    });
  });
});

describe("a feed under its own root, as Apple's is", () => {
  let secure: https.Server;
  let url: string;

  beforeEach(async () => {
    secure = https.createServer(
      { key: await readFile(path.join(TLS, 'server-key.pem')), cert: await readFile(path.join(TLS, 'server.pem')) },
      (_, response) => response.end(JSON.stringify(GOOD)),
    );
    await new Promise<void>((resolve) => secure.listen(0, '127.0.0.1', resolve));
    url = `https://127.0.0.1:${(secure.address() as AddressInfo).port}/feed`;
  });

  afterEach(async () => {
    secure.closeAllConnections();
    await new Promise((resolve) => secure.close(resolve));
  });

  test('is refused without that root, and the warning names caPath', async () => {
    const { catalog, warnings } = await load({ url });
    expect(catalog).toBeNull();
    expect(warnings.join()).toContain('caPath');
  });

  test('is read with it', async () => {
    expect(versions(await load({ url, caPath: path.join(TLS, 'root.pem') }))?.[0]).toBe('26.7.1');
  });

  test.each([
    ['missing.pem', 'the file cannot be read'],
    ['server-key.pem', 'the file holds no PEM certificate'],
  ])('a wrong file (%s) stops at start: %s', async (name, message) => {
    await expect(load({ url, caPath: path.join(TLS, name) })).rejects.toMatchObject({
      problems: [expect.objectContaining({ path: 'feeds.appleOs.caPath', message })],
    });
  });
});
