/** Publishes the report of a run: HTML, CSV and JSON, each put in place whole, and the pointer to the newest one last. */
import { createReadStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import type { BlobStore } from '../core/ports/blob-store';
import { LATEST_REPORT, reportBlob } from '../core/sweep/report-names';
import { gatherReport } from './gather-report';
import type { ReportSource } from './gather-report';
import { writeReport } from './write-report';

const latest = z.object({ runId: z.string(), files: z.array(z.string()) });

/**
 * Written to a local folder first, since a report of a million phones is not held in memory.
 * @returns names of the blobs; none where the run is unknown or has not ended. A second time the same blobs are replaced.
 */
export async function publishReport(
  source: ReportSource,
  reports: BlobStore,
  runId: string,
): Promise<readonly string[]> {
  const gathered = await gatherReport(source, runId);
  if (gathered === null) return [];
  const folder = await mkdtemp(path.join(tmpdir(), 'muster-report-'));
  try {
    const { files } = await writeReport('all', { ...gathered, out: folder });
    const blobs: string[] = [];
    for (const file of files) {
      const name = reportBlob(runId, path.basename(file));
      await reports.putStream(name, createReadStream(file, { highWaterMark: 1 << 20 }));
      blobs.push(name);
    }
    await pointAt(reports, runId, blobs);
    source.ports.telemetry.log('info', 'report-published', { runId, files: blobs.length });
    return blobs;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** An older run that is published late does not become the newest. */
async function pointAt(reports: BlobStore, runId: string, files: readonly string[]): Promise<void> {
  const before = await reports.get(LATEST_REPORT);
  const known = before === null ? null : latest.safeParse(JSON.parse(before.bytes.toString('utf8')));
  if (known?.success === true && known.data.runId > runId) return;
  await reports.put(LATEST_REPORT, Buffer.from(`${JSON.stringify({ runId, files })}\n`));
}
