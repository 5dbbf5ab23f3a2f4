/** Writes a report into a folder, in one pass over the rows and in memory that does not grow with the fleet. */
import { mkdir, open, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { csvHeader, csvRow } from './csv';
import { CSV_FILE, HTML_FILE, JSON_FILE } from './file-names';
import { renderHtml } from './html';
import { jsonChunks } from './json';
import { makeReportModel, type ReportModel, type ReportModelOptions } from './report-model';
import type { ReportRow } from './report-row';
import type { PolicyInfo, RunInfo } from './run-info';

/** `all`: the page, the CSV and the JSON from one pass over the rows. */
export type ReportFormat = 'html' | 'csv' | 'json' | 'all';

export interface WriteReportOptions {
  /** Every inventory record once; asked for once. */
  readonly rows: () => AsyncIterable<ReportRow>;
  readonly run: RunInfo;
  readonly policy: PolicyInfo;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** Folder to write to; made where it is missing. */
  readonly out: string;
  readonly showPhones?: boolean;
  readonly topLimit?: number;
}

/** Characters gathered before a write. */
const CHUNK = 1 << 18;

interface TextFile {
  /** Gathers text; null while there is room, else the write that has to be awaited. */
  write(text: string): Promise<void> | null;
  /** Puts the file in place of an older one; before, the older one stands untouched. */
  commit(): Promise<string>;
  abandon(): Promise<void>;
}

/** Readable by its owner only: a report names users. */
async function createFile(folder: string, name: string): Promise<TextFile> {
  const target = path.join(folder, name);
  const draft = `${target}.${process.pid}.tmp`;
  const handle = await open(draft, 'w', 0o600);
  let pending: string[] = [];
  let size = 0;
  const flush = async (): Promise<void> => {
    const text = pending.join('');
    pending = [];
    size = 0;
    await handle.writeFile(text);
  };
  return {
    write(text) {
      pending.push(text);
      size += text.length;
      return size >= CHUNK ? flush() : null;
    },
    async commit() {
      await flush();
      await handle.close();
      await rename(draft, target);
      return target;
    },
    async abandon() {
      await handle.close();
      await rm(draft, { force: true });
    },
  };
}

export interface WrittenReport {
  readonly files: readonly string[];
  readonly model: ReportModel | null;
}

/**
 * Writes `html` (with the CSV of all records beside it), `csv`, `json`, or all three.
 * @returns paths of the files written, the one asked for first, and what the page shows (null for `csv`).
 */
export async function writeReport(format: ReportFormat, options: WriteReportOptions): Promise<WrittenReport> {
  const { out, rows, now, showPhones = false } = options;
  await mkdir(out, { recursive: true });
  const csv = format === 'json' ? null : await createFile(out, CSV_FILE);
  try {
    const builder = format === 'csv' ? null : makeReportModel(modelOptions(options));
    const header = csv?.write(csvHeader());
    if (header) await header;
    for await (const row of rows()) {
      builder?.add(row);
      const write = csv?.write(csvRow(row, { now, showPhones }));
      if (write) await write;
    }
    const model = builder?.finish() ?? null;
    const pages: string[] = [];
    for (const page of MODEL_FORMATS[format]) if (model !== null) pages.push(await writeModel(page, model, out));
    return { files: [...pages, ...(csv === null ? [] : [await csv.commit()])], model };
  } catch (error) {
    await csv?.abandon();
    throw error;
  }
}

function modelOptions({ run, policy, now, topLimit, showPhones = false }: WriteReportOptions): ReportModelOptions {
  return { run, policy, now, showPhones, ...(topLimit === undefined ? {} : { topLimit }) };
}

/** What is made of the model, beside the CSV. */
const MODEL_FORMATS = { html: ['html'], csv: [], json: ['json'], all: ['html', 'json'] } as const;

async function writeModel(format: 'html' | 'json', model: ReportModel, out: string): Promise<string> {
  const file = await createFile(out, format === 'json' ? JSON_FILE : HTML_FILE);
  try {
    for (const chunk of format === 'json' ? jsonChunks(model) : [renderHtml(model)]) {
      const write = file.write(chunk);
      if (write) await write;
    }
    return await file.commit();
  } catch (error) {
    await file.abandon();
    throw error;
  }
}
