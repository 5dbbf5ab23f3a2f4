/**
 * Runs in a process of its own, so that tests can kill it or let several work in one state folder.
 * Arguments: the folder, the work, and how often to do it. Prints one line when it has begun and one when it is done.
 */
import { createHash } from 'node:crypto';
import type { EntityWrite } from '../../../core/ports/entity-store';
import { EntityConflict } from '../../../core/ports/entity-store';
import { BlobConflict } from '../../../core/ports/blob-store';
import { openEmbeddedState } from '../../../storage/sqlite/open-state';
import type { EmbeddedState } from '../../../storage/sqlite/open-state';

/** A content that tells whether it is whole: digest, then filling. */
function sealed(mark: string): Buffer {
  const filling = mark.repeat(5000);
  return Buffer.from(`${createHash('sha256').update(filling).digest('hex')}${filling}`);
}

/** One round: a batch whose rows all say the same, a moved message, a replaced blob and an appended record. */
async function writeRound({ entities, queue, blobs }: EmbeddedState, round: number): Promise<void> {
  const mark = `${process.pid}.${round}`;
  const writes = Array.from({ length: 100 }, (_, at): EntityWrite => ({
    kind: 'upsert',
    row: String(at).padStart(3, '0'),
    body: mark.padEnd(1500, ' '),
  }));
  await entities.batch('rounds', `p${round % 7}`, writes);
  const [message] = await queue.receive('token', { max: 1, visibilitySeconds: 1 });
  if (message !== undefined) {
    await queue.send('token', message.body);
    await queue.complete('token', message);
  }
  await blobs.put(`replaced/${round % 3}`, sealed(mark));
  await blobs.append('log', Buffer.from(`${mark.padEnd(400, '-')}\n`));
}

/** Reads, adds one and writes conditionally, in a row and in a blob, until it has succeeded. */
async function increment({ entities, blobs }: EmbeddedState): Promise<void> {
  for (let done = false; !done;) {
    const before = await entities.get('counters', { partition: 'p', row: 'c' });
    const body = String(Number(before?.body ?? 0) + 1);
    const write: EntityWrite =
      before === null ? { kind: 'insert', row: 'c', body } : { kind: 'update', row: 'c', body, etag: before.etag };
    done = await succeeds(entities.batch('counters', 'p', [write]));
  }
  for (let done = false; !done;) {
    const before = await blobs.get('counter');
    const bytes = Buffer.from(String(Number(before?.bytes.toString() ?? 0) + 1));
    done = await succeeds(
      before === null ? blobs.putIfAbsent('counter', bytes) : blobs.putIfMatch('counter', bytes, before.etag),
    );
  }
  await blobs.append('lines', Buffer.from(`${String(process.pid).padEnd(300, '-')}\n`));
}

async function succeeds(write: Promise<unknown>): Promise<boolean> {
  try {
    await write;
    return true;
  } catch (error) {
    if (error instanceof EntityConflict || error instanceof BlobConflict) return false;
    throw error;
  }
}

async function main([folder = '', work = '', count = '0']: readonly string[]): Promise<void> {
  const state = await openEmbeddedState(folder, { clock: { now: () => Date.now() } });
  process.stdout.write('begun\n');
  for (let round = 0; round < Number(count); round += 1) {
    if (work === 'rounds') await writeRound(state, round);
    else await increment(state);
  }
  state.close();
  process.stdout.write('done\n');
}

void main(process.argv.slice(2));
