/** Scratch space of one pull inside the blob store, and its removal. */
import type { BlobStore } from '../ports/blob-store';
import type { PullRecord } from './records';

function prefixOf(pull: Pick<PullRecord, 'runId' | 'connectorId'>): string {
  return `spool/${pull.runId}/${pull.connectorId}/`;
}

export function spoolOf(blobs: BlobStore, pull: Pick<PullRecord, 'runId' | 'connectorId'>): BlobStore {
  const prefix = prefixOf(pull);
  return {
    put: (name, bytes) => blobs.put(prefix + name, bytes),
    putIfAbsent: (name, bytes) => blobs.putIfAbsent(prefix + name, bytes),
    putStream: (name, chunks) => blobs.putStream(prefix + name, chunks),
    putIfMatch: (name, bytes, etag) => blobs.putIfMatch(prefix + name, bytes, etag),
    get: (name, range) => blobs.get(prefix + name, range),
    append: (name, bytes) => blobs.append(prefix + name, bytes),
    list: (inner, continuation) => blobs.list(prefix + inner, continuation),
    remove: (name) => blobs.remove(prefix + name),
    hold: (name, held) => blobs.hold(prefix + name, held),
    retain: (name, until) => blobs.retain(prefix + name, until),
  };
}

export async function clearSpool(blobs: BlobStore, pull: Pick<PullRecord, 'runId' | 'connectorId'>): Promise<void> {
  const prefix = prefixOf(pull);
  for (;;) {
    const { blobs: found } = await blobs.list(prefix);
    if (found.length === 0) return;
    for (const { name } of found) await blobs.remove(name);
  }
}
