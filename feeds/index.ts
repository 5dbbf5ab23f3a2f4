/**
 * Which Apple releases exist for which model: fetched, guarded, and kept. A feed that cannot be had, is malformed, old or
 * shrunken never fails a run: the last good catalog stays, and the operator reads why.
 */
import { readFile } from 'node:fs/promises';
import { formatTime } from '../core/device/iso-time';
import { ConfigError, PermanentError, TransientError } from '../core/errors';
import type { OsCatalog } from '../core/policy/os-catalog';
import type { BlobStore } from '../core/ports/blob-store';
import type { Clock } from '../core/ports/clock';
import type { Telemetry } from '../core/ports/telemetry';
import { FEED_BLOB, loadCachedFeed, saveCachedFeed } from './feed-cache';
import type { CachedFeed } from './feed-cache';
import { MalformedFeed } from './feed-result';
import type { ReadFeed } from './feed-result';
import { fetchFeed, isAllowedFeedUrl } from './fetch-feed';
import type { FeedAnswer } from './fetch-feed';
import { guardFeed, staleness } from './guard-feed';
import type { FeedFinding } from './guard-feed';
import { readGdmf } from './read-gdmf';
import { readSofa } from './read-sofa';

export interface OsFeedSettings {
  readonly kind: OsCatalog['source'];
  readonly url: string;
  /** PEM file with a root that is trusted beside the usual ones: GDMF is served under Apple's own. */
  readonly caPath?: string;
}

export interface OsFeedPorts {
  readonly blobs: BlobStore;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
}

export interface LoadedFeed {
  /** Null when nothing is known about what models can reach. */
  readonly catalog: OsCatalog | null;
  /** Sentences for the operator. */
  readonly warnings: readonly string[];
}

export interface OsFeed {
  /** @throws {ConfigError} when the CA file cannot be read; nothing else about the feed is fatal. */
  load(): Promise<LoadedFeed>;
}

type Problem = FeedFinding | 'malformed' | 'unreachable';

/** @throws {ConfigError} when the address is neither https nor this machine. */
export function makeOsFeed(settings: OsFeedSettings, { blobs, clock, telemetry }: OsFeedPorts): OsFeed {
  const { kind, url, caPath } = settings;
  if (!isAllowedFeedUrl(url)) {
    throw unusable({
      path: 'feeds.appleOs.url',
      message: 'only https, and http to this machine, are allowed',
      hint: 'Use an https address without user and password.',
    });
  }
  const name = `The ${kind === 'sofa' ? 'SOFA' : 'GDMF'} feed`;

  const report = (problem: Problem, reason: string, catalog: OsCatalog | null): void => {
    const ageHours = catalog === null ? null : Math.round((clock.now() - Date.parse(catalog.checkedAt)) / 3_600_000);
    telemetry.log('warn', `feed-${problem}`, { feed: kind, reason, ageHours });
    telemetry.count('feed.refused', 1, { feed: kind, problem });
  };

  const keep = (lastGood: CachedFeed | null, problem: Problem, reason: string): LoadedFeed => {
    const catalog = lastGood?.catalog ?? null;
    report(problem, reason, catalog);
    // Whatever keeps a new one away: what is in use is old by now, or there is none.
    if (problem !== 'stale' && (catalog === null || staleness(catalog, clock.now()) !== null)) {
      report('stale', reason, catalog);
    }
    if (lastGood === null) {
      return { catalog: null, warnings: [`${name} ${reason}; without it no phone is called "cannot update".`] };
    }
    const remedy = problem === 'shrunken' ? ` If the feed is right, remove the blob ${FEED_BLOB}.` : '';
    return {
      catalog: lastGood.catalog,
      warnings: [`${name} ${reason}; that of ${lastGood.catalog.checkedAt.slice(0, 10)} stays in use.${remedy}`],
    };
  };

  const judge = async (
    { catalog, warnings }: ReadFeed,
    lastGood: CachedFeed | null,
    validators: Pick<CachedFeed, 'etag' | 'lastModified'>,
  ): Promise<LoadedFeed> => {
    const said = warnings.map((warning) => `${name} was read, but ${warning}.`);
    const refusal = guardFeed(lastGood?.catalog ?? null, catalog, clock.now());
    if (refusal !== null) {
      if (lastGood !== null) return keep(lastGood, refusal.finding, refusal.reason);
      // Old, yet all there is. What it lists stays true; of what it cannot know yet nothing is concluded (canReach).
      report(refusal.finding, refusal.reason, catalog);
      said.push(`${name} ${refusal.reason}; there is no newer one, so it is used as it is.`);
    }
    await saveCachedFeed(blobs, { catalog, url, ...validators });
    return { catalog, warnings: said };
  };

  /** Unchanged since the last good one: only its age can have become a matter. */
  const confirm = async (lastGood: CachedFeed): Promise<LoadedFeed> => {
    const { catalog } = lastGood;
    // Apple's document states no time of its own: that it was served unchanged just now is its time.
    const renewed = kind === 'gdmf' ? { ...catalog, checkedAt: formatTime(clock.now()) } : catalog;
    const refusal = staleness(renewed, clock.now());
    if (refusal !== null) return keep(lastGood, refusal.finding, refusal.reason);
    if (renewed !== catalog) await saveCachedFeed(blobs, { ...lastGood, catalog: renewed });
    return { catalog: renewed, warnings: [] };
  };

  const readCache = async (): Promise<CachedFeed | null> => {
    const cached = await loadCachedFeed(blobs);
    if (cached === 'unreadable') {
      telemetry.log('warn', 'feed-cache-unreadable', { blob: FEED_BLOB });
      return null;
    }
    // What another feed said is no measure for this one.
    return cached?.catalog.source === kind && cached.url === url ? cached : null;
  };

  return {
    async load() {
      const ca = caPath === undefined ? undefined : await readAuthorities(caPath);
      const lastGood = await readCache();
      const { etag = null, lastModified = null } = lastGood ?? {};
      let answer: FeedAnswer;
      try {
        answer = await fetchFeed({ url, ca, etag, lastModified });
      } catch (error) {
        if (!(error instanceof TransientError || error instanceof PermanentError)) throw error;
        return keep(lastGood, 'unreachable', `could not be fetched (${error.message}; ${error.context.hint ?? ''})`);
      }
      if (answer.kind === 'not-modified') {
        return lastGood === null ? keep(null, 'malformed', 'answered 304 to a plain request') : confirm(lastGood);
      }
      let read: ReadFeed;
      try {
        read = kind === 'sofa' ? readSofa(answer.text) : readGdmf(answer.text, formatTime(clock.now()));
      } catch (error) {
        if (!(error instanceof MalformedFeed)) throw error;
        return keep(lastGood, 'malformed', `is malformed (${error.message})`);
      }
      return judge(read, lastGood, { etag: answer.etag, lastModified: answer.lastModified });
    },
  };
}

async function readAuthorities(path: string): Promise<string> {
  const problem = (message: string): ConfigError['problems'][number] => ({
    path: 'feeds.appleOs.caPath',
    message,
    hint: "Name a PEM file with the root certificate of the feed's host.",
  });
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw unusable(problem('the file cannot be read'), { cause });
  }
  if (!text.includes('-----BEGIN CERTIFICATE-----')) throw unusable(problem('the file holds no PEM certificate'));
  return text;
}

function unusable(problem: ConfigError['problems'][number], options: ErrorOptions = {}): ConfigError {
  return new ConfigError('the OS release feed cannot be used', [problem], options);
}
