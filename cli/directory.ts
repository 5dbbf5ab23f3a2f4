import { readFile } from 'node:fs/promises';
import { serializeFields } from '../core/directory/entry';
import type { Entry } from '../core/directory/entry';
import type { Directory, StatusAnswer } from '../core/directory/directory';
import { DirectoryError } from '../core/directory/errors';
import { jwkSetOf } from '../core/directory/key-set';
import { redactPhone } from '../core/device/redact-phone';
import { ConfigError } from '../core/errors';
import { loadConfig } from '../config/load-config';
import { openDirectory, openDirectoryOn } from '../compose/directory';
import type { OpenDirectory } from '../compose/directory';
import { reconcileAfter } from '../compose/reconcile';
import type { Drift } from '../core/directory/reconcile/drift';
import { readResult } from '../core/sweep/sweep-result';
import { openMuster } from '../main';
import type { Console } from './console';
import { makeLog } from './console';
import { EXIT } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { logLevel } from './sweep';

interface Common {
  readonly config: string;
  readonly json?: true;
}

/** Opens the directory for one command; what the directory refuses is told, not thrown. */
async function withDirectory(
  console: Console,
  { config }: Common,
  work: (opened: OpenDirectory) => Promise<ExitCode>,
): Promise<ExitCode> {
  const opened = await openDirectory(await loadConfig(config, process.env), { telemetry: makeLog(logLevel()) });
  try {
    return await work(opened);
  } catch (error) {
    if (!(error instanceof DirectoryError)) throw error;
    console.note(`muster: ${error.message.replace(/\.$/, '')}.`);
    return error.status === 400 || error.status === 422 ? EXIT.badInput : EXIT.unexpected;
  } finally {
    await opened.close();
  }
}

async function print(console: Console, json: true | undefined, entry: Entry, note?: string): Promise<void> {
  if (json === true) await console.out(`${jsonOf(entry)}\n`);
  else await console.out(`${describe(entry)}\n`);
  if (note !== undefined) console.note(note);
}

/** Members in the order in which they are signed, so that whoever compares texts finds them equal. */
function jsonOf({ jws, ...fields }: Entry): string {
  return JSON.stringify({ ...(JSON.parse(serializeFields(fields)) as object), jws });
}

/** The number is hidden: a terminal is read over shoulders. `--json` has it whole. */
function describe({ entryId, revision, phone, status, keyType, fingerprint, device, ...rest }: Entry): string {
  const { notBefore, notAfter, reason, changedAt, kid } = rest;
  const rows: readonly (readonly [string, string])[] = [
    ['entry', `${entryId}, revision ${revision}`],
    ['number', redactPhone(phone)],
    ['status', reason === null ? status : `${status}: ${reason}`],
    ['key', `${keyType}, SHA-256 ${fingerprint}`],
    ['device', `${device.deviceKey}, enrolled ${device.enrolledAt ?? 'at an unknown time'}`],
    ['valid', `${notBefore} to ${notAfter ?? 'no end'}`],
    ['changed', `${changedAt}, signed with ${kid}`],
  ];
  return rows.map(([name, value]) => `${name.padEnd(9)}${value}`).join('\n');
}

export interface PublishOptions extends Common {
  readonly phone: string;
  readonly key: string;
  readonly device: string;
  readonly source?: string;
  readonly notAfter?: string;
}

/** `muster directory publish`: a public key for a number and a managed device; another key for the same is the next revision. */
export async function publishKey(console: Console, options: PublishOptions): Promise<ExitCode> {
  const publicKey = await readFile(options.key, 'utf8').catch((cause: unknown) => {
    const problem = {
      path: '--key',
      message: `cannot read ${options.key}`,
      hint: 'Name a file with a public key in PEM.',
    };
    throw new ConfigError(problem.message, [problem], { cause });
  });
  return withDirectory(console, options, async ({ directory }) => {
    const { entry, outcome, findings } = await directory.publish({
      phone: options.phone,
      publicKey,
      deviceKey: options.device,
      keySource: options.source ?? null,
      notAfter: options.notAfter ?? null,
    });
    await print(console, options.json, entry, outcome === 'unchanged' ? 'The key was published already.' : undefined);
    for (const { kind } of findings) console.note(`warning: ${kind}`);
    return EXIT.done;
  });
}

export interface ShowOptions extends Common {
  readonly phone?: string;
  readonly entry?: string;
  readonly history?: true;
}

/** `muster directory show`: one entry by its number or id, or every revision of it. */
export function showEntry(console: Console, options: ShowOptions): Promise<ExitCode> {
  return withDirectory(console, options, async ({ directory }) => {
    const { entry } = await find(directory, options);
    if (options.history !== true) {
      await print(console, options.json, entry);
      return EXIT.done;
    }
    const revisions = await directory.history(entry.entryId);
    if (options.json === true) await console.out(`[${revisions.map(jsonOf).join()}]\n`);
    else await console.out(`${revisions.map(describe).join('\n\n')}\n`);
    return EXIT.done;
  });
}

function find(
  directory: Directory,
  { phone, entry }: Pick<ShowOptions, 'phone' | 'entry'>,
): ReturnType<Directory['show']> {
  if (entry !== undefined) return directory.show(entry);
  if (phone !== undefined) return directory.lookup(phone);
  throw new ConfigError('no entry is named', [
    { path: '--phone, --entry', message: 'are both missing', hint: 'Name a number in E.164, or the id of an entry.' },
  ]);
}

export interface StatusOptions extends Common {
  readonly phone?: string;
  readonly entry?: string;
  readonly reason: string;
}

/** `muster directory suspend`, `reinstate` and `revoke`. A revocation is final, and revokes no RCS identity: README. */
export function changeStatus(
  console: Console,
  change: 'suspend' | 'reinstate' | 'revoke',
  options: StatusOptions,
): Promise<ExitCode> {
  return withDirectory(console, options, async ({ directory }) => {
    const { entry, etag } = await find(directory, options);
    const { entryId } = entry;
    const answer: StatusAnswer = await directory[change]({ entryId, reason: options.reason, ifMatch: etag });
    await print(
      console,
      options.json,
      answer.entry,
      answer.changed ? undefined : 'It was so already; nothing was signed.',
    );
    return EXIT.done;
  });
}

/** `muster directory list`: the present revision of every entry, one JSON document a line. */
export function listEntries(console: Console, options: Common): Promise<ExitCode> {
  return withDirectory(console, options, async ({ directory }) => {
    let continuation: string | null = null;
    do {
      const page: Awaited<ReturnType<Directory['list']>> = await directory.list({ limit: 1000, continuation });
      for (const entry of page.entries) await console.out(`${jsonOf(entry)}\n`);
      continuation = page.continuation;
    } while (continuation !== null);
    return EXIT.done;
  });
}

/** `muster directory keys`: the public keys that entries are verified with, as a JWK set. */
export function showKeys(console: Console, options: Common): Promise<ExitCode> {
  return withDirectory(console, options, async ({ kms }) => {
    await console.out(`${JSON.stringify(jwkSetOf(await kms.versions()), null, 2)}\n`);
    return EXIT.done;
  });
}

/**
 * `muster directory diff`: the directory against the fleet as the last ended sweep left it. Reads only; ends with 5 where they
 * disagree.
 */
export async function diffDirectory(console: Console, options: Common): Promise<ExitCode> {
  const loaded = await loadConfig(options.config, process.env);
  const muster = await openMuster(loaded, { telemetry: makeLog(logLevel()) });
  const { entities, ports } = muster;
  try {
    const opened = await openDirectoryOn(loaded, { entities, sources: ports.sources, clock: ports.clock });
    try {
      const run = (await ports.runs.listRuns(20)).find(
        ({ state, connectors }) => state !== 'running' && connectors.length > 0,
      );
      if (run === undefined) {
        const problem = { path: '', message: 'no sweep has ended on this state', hint: 'Run muster sweep first.' };
        throw new ConfigError('there is no fleet to compare with', [problem]);
      }
      const lines: string[] = [];
      const { plan } = await reconcileAfter(muster, opened, await readResult(ports.runs, run.runId), {
        apply: false,
        onDrift: (drift) => void lines.push(options.json === true ? JSON.stringify(drift) : describeDrift(drift)),
      });
      for (const line of lines) await console.out(`${line}\n`);
      for (const { kind, entryId, reason } of plan.actions) console.note(`would ${kind} ${entryId}: ${reason}`);
      for (const { kind, entryId, reason, brake } of plan.held) {
        console.note(`held by ${brake}: ${kind} ${entryId}: ${reason}`);
      }
      return lines.length === 0 ? EXIT.done : EXIT.found;
    } finally {
      await opened.close();
    }
  } finally {
    muster.close();
  }
}

function describeDrift({ kind, deviceKey, entryId, phone, evidence }: Drift): string {
  const compared = evidence.checks
    .map(({ field, observed, expected }) => `${field} ${observed ?? 'unknown'}, not ${expected ?? 'unknown'}`)
    .join('; ');
  return [kind, deviceKey ?? '-', phone ?? '-', entryId ?? '-', compared].join('  ');
}
