/** What the embedded state promises beyond the ports: a killed process tears nothing, and several processes share one folder. */
import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { build } from 'esbuild';
import { openEmbeddedState } from '../../../storage/sqlite/open-state';
import type { EmbeddedState } from '../../../storage/sqlite/open-state';

jest.setTimeout(120_000);

const KILLS = 6;
/** Longer than one round takes, so that kills fall anywhere in it. */
const LONGEST_LIFE_MS = 400;

let folder: string;
let program: string;
let home: string;

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'muster-processes-'));
  program = path.join(folder, 'writer.cjs');
  await build({
    entryPoints: [path.join(__dirname, 'writer-process.ts')],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    logLevel: 'warning',
  });
});
afterAll(() => {
  rmSync(folder, { recursive: true });
});
beforeEach(() => {
  home = mkdtempSync(path.join(folder, 'state-'));
});

const open = (): Promise<EmbeddedState> => openEmbeddedState(home, { clock: { now: () => Date.now() } });

interface Writer {
  readonly child: ChildProcess;
  /** Resolves when the state is open in the child. */
  readonly begun: Promise<void>;
  /** Resolves with everything the child said, once it has ended. */
  readonly ended: Promise<{ readonly out: string; readonly problems: string }>;
}

function start(work: 'rounds' | 'increments', count: number): Writer {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, home, work, String(count)]);
  let out = '';
  let problems = '';
  child.stderr.on('data', (chunk: Buffer) => (problems += chunk.toString()));
  const begun = new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString();
      if (out.includes('begun')) resolve();
    });
    child.once('close', () => reject(new Error(`the writer ended before it began: ${problems}`)));
  });
  return { child, begun, ended: once(child, 'close').then(() => ({ out, problems })) };
}

async function marksOf(state: EmbeddedState, partition: string): Promise<string[]> {
  const { entities } = await state.entities.scan('rounds', partition);
  return entities.map(({ body }) => body.trimEnd());
}

function isWhole(bytes: Buffer): boolean {
  const text = bytes.toString();
  return createHash('sha256').update(text.slice(64)).digest('hex') === text.slice(0, 64);
}

describe('a process that is killed at any moment', () => {
  it(`leaves every batch, message, blob and record whole, ${KILLS} times over in one folder`, async () => {
    const prepared = await open();
    await prepared.queue.send('token', 'the only one');
    prepared.close();
    let written = 0;
    for (let kill = 0; kill < KILLS; kill += 1) {
      const writer = start('rounds', 1_000_000);
      await writer.begun;
      const life = Math.random() * LONGEST_LIFE_MS;
      await new Promise((resolve) => setTimeout(resolve, life));
      writer.child.kill('SIGKILL');
      const { out, problems } = await writer.ended;
      expect({ life, out, problems }).toEqual({ life, out: 'begun\n', problems: '' });

      const state = await open();
      for (let at = 0; at < 7; at += 1) {
        const marks = await marksOf(state, `p${at}`);
        expect([0, 100]).toContain(marks.length);
        expect(new Set(marks).size).toBeLessThanOrEqual(1);
        written += marks.length;
      }
      for (const { name, size } of (await state.blobs.list('replaced/')).blobs) {
        const { bytes } = (await state.blobs.get(name))!;
        expect(bytes).toHaveLength(size);
        expect(isWhole(bytes)).toBe(true);
      }
      const log = (await state.blobs.get('log'))?.bytes.toString() ?? '';
      expect(log).toMatch(/^(\d+\.\d+-+\n)*$/);
      expect(log.length % 401).toBe(0);
      // Sent before it was completed: at worst there are two, never none.
      const { visible, invisible } = await state.queue.depth('token');
      expect(visible + invisible).toBeGreaterThanOrEqual(1);
      state.close();
      for (const file of [path.join(home, 'muster.db'), path.join(home, 'blobs', 'index.db')]) {
        const database = new DatabaseSync(file, { readOnly: true });
        expect(database.prepare('pragma integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
        database.close();
      }
    }
    expect(written).toBeGreaterThan(0);
  });
});

describe('processes that share a folder', () => {
  it('open a new one at the same moment, lose no conditional write and tear no appended line', async () => {
    const each = 25;
    const writers = [1, 2, 3].map(() => start('increments', each));
    for (const { ended } of writers) expect(await ended).toEqual({ out: 'begun\ndone\n', problems: '' });

    const state = await open();
    const total = String(writers.length * each);
    expect((await state.entities.get('counters', { partition: 'p', row: 'c' }))?.body).toBe(total);
    expect((await state.blobs.get('counter'))?.bytes.toString()).toBe(total);
    const lines = (await state.blobs.get('lines'))!.bytes.toString().trimEnd().split('\n');
    expect(lines).toHaveLength(writers.length * each);
    for (const { child } of writers) {
      expect(lines.filter((line) => line === String(child.pid).padEnd(300, '-'))).toHaveLength(each);
    }
    state.close();
  });
});
