import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import type { ReportRow } from '../../../report/report-row';
import { writeReport } from '../../../report/write-report';
import { makeRun, NOW, POLICY, syntheticRows } from './fleet-fixture';

async function* stream(count: number, failAt = Infinity): AsyncGenerator<ReportRow> {
  let index = 0;
  for (const row of syntheticRows(count)) {
    if (index === failAt) throw new Error('the store went away');
    index += 1;
    yield row;
  }
}

describe('writing a report', () => {
  let out = '';
  beforeEach(async () => {
    out = await mkdtemp(path.join(os.tmpdir(), 'muster-report-'));
  });
  afterEach(() => rm(out, { recursive: true, force: true }));

  const options = (rows: () => AsyncIterable<ReportRow>) => ({
    rows,
    run: makeRun(),
    policy: POLICY,
    now: NOW,
    out: path.join(out, 'sub'),
  });
  const read = (name: string) => readFile(path.join(out, 'sub', name), 'utf8');

  test('html: the page first, and the CSV of all records beside it', async () => {
    const { files } = await writeReport(
      'html',
      options(() => stream(700)),
    );
    expect(files.map((file) => path.basename(file))).toEqual(['muster-report.html', 'muster-devices.csv']);
    expect(await read('muster-report.html')).toMatch(/^<!doctype html>/);
    expect(parse(await read('muster-devices.csv'), { columns: true })).toHaveLength(700);
  });

  test('all: page, JSON and CSV from one pass over the rows', async () => {
    let passes = 0;
    const { files } = await writeReport(
      'all',
      options(() => {
        passes += 1;
        return stream(40);
      }),
    );
    expect(passes).toBe(1);
    expect(files.map((file) => path.basename(file))).toEqual([
      'muster-report.html',
      'muster-report.json',
      'muster-devices.csv',
    ]);
    expect(JSON.parse(await read('muster-report.json')).counts).toMatchObject({ records: 40 });
    expect(await read('muster-report.html')).toMatch(/^<!doctype html>/);
  });

  test('csv: the list alone', async () => {
    const { files } = await writeReport(
      'csv',
      options(() => stream(3)),
    );
    expect(files.map((file) => path.basename(file))).toEqual(['muster-devices.csv']);
  });

  test('json: the model, as one document', async () => {
    await writeReport(
      'json',
      options(() => stream(40)),
    );
    const model = JSON.parse(await read('muster-report.json'));
    expect(model).toMatchObject({ schema: 'muster-report/1', counts: { records: 40 } });
    expect(model.devices).toHaveLength(40);
  });

  test('json of an empty fleet is a document too', async () => {
    await writeReport(
      'json',
      options(() => stream(0)),
    );
    expect(JSON.parse(await read('muster-report.json'))).toMatchObject({ counts: { phones: 0 }, devices: [] });
  });

  test('asks for the rows once: a fleet is not read twice', async () => {
    const rows = jest.fn(() => stream(5));
    await writeReport('html', options(rows));
    expect(rows).toHaveBeenCalledTimes(1);
  });

  test('nobody else may read it: it names users', async () => {
    const { files } = await writeReport(
      'html',
      options(() => stream(2)),
    );
    for (const file of files) expect((await stat(file)).mode & 0o077).toBe(0);
  });

  test('a stream that breaks leaves the older report untouched and no draft behind', async () => {
    await writeReport(
      'html',
      options(() => stream(2)),
    );
    await writeFile(path.join(out, 'sub', 'muster-report.html'), 'older');
    const before = await read('muster-devices.csv');
    await expect(
      writeReport(
        'html',
        options(() => stream(9, 5)),
      ),
    ).rejects.toThrow('the store went away');
    expect(await read('muster-report.html')).toBe('older');
    expect(await read('muster-devices.csv')).toBe(before);
    expect((await readdir(path.join(out, 'sub'))).toSorted()).toEqual(['muster-devices.csv', 'muster-report.html']);
  });
});
