import fc from 'fast-check';
import { parse } from 'csv-parse/sync';
import { readCsv } from '../../../../connectors/intune/csv-rows';
import { splitRecords } from '../../../../connectors/intune/split-records';
import type { RecordChunk } from '../../../../connectors/intune/split-records';

async function* pieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}

async function split(text: string, perChunk: number, pieceSize = 7): Promise<RecordChunk[]> {
  const chunks: RecordChunk[] = [];
  for await (const chunk of splitRecords(pieces(Buffer.from(text), pieceSize), perChunk)) chunks.push(chunk);
  return chunks;
}

const cell = fc.oneof(
  fc.constantFrom(
    '',
    'a',
    'ä€',
    'x y',
    'Samsung Electronics Co., Ltd.',
    'said "hi"',
    'two\nlines',
    'two\r\nlines',
    '"',
  ),
  fc.string({ maxLength: 8 }),
);
const table = fc
  .integer({ min: 2, max: 4 })
  .chain((width) => fc.array(fc.array(cell, { minLength: width, maxLength: width }), { minLength: 1, maxLength: 12 }));

function write(rows: readonly (readonly string[])[], lineEnd: string, always: boolean): string {
  const quote = (text: string): string => (always || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map(quote).join(',') + lineEnd).join('');
}

describe('cutting a CSV stream into chunks of whole records', () => {
  it('loses, adds and cuts nothing, whatever the cells, the line ends and the pieces', async () => {
    await fc.assert(
      fc.asyncProperty(
        table,
        fc.constantFrom('\n', '\r\n'),
        fc.boolean(),
        fc.integer({ min: 1, max: 5 }),
        fc.integer({ min: 1, max: 40 }),
        async (rows, lineEnd, always, perChunk, pieceSize) => {
          // A record of one blank cell is a blank line; two columns and more have a comma.
          const all = [['h1', 'h2', 'h3', 'h4'].slice(0, rows[0]?.length), ...rows];
          const chunks = await split(write(all, lineEnd, always), perChunk, pieceSize);
          const read = chunks.flatMap(({ header, records }) => {
            const csv = readCsv(Buffer.concat([header, records]));
            expect(csv.header).toEqual(all[0]);
            return csv.rows;
          });
          expect(read).toEqual(rows);
          expect(chunks.map(({ count }) => count).reduce((sum, count) => sum + count, 0)).toBe(rows.length);
          expect(chunks.every(({ count }) => count <= perChunk)).toBe(true);
        },
      ),
    );
  });

  it('reads what csv-parse reads', () => {
    fc.assert(
      fc.property(table, fc.constantFrom('\n', '\r\n'), (rows, lineEnd) => {
        const text = write(rows, lineEnd, false);
        const { header, rows: ours } = readCsv(Buffer.from(text));
        // csv-parse takes `\r` inside an unquoted value for a line end; such values are quoted here.
        expect([header, ...ours]).toEqual(parse(text, { relax_column_count: true }));
      }),
    );
  });

  it('drops the byte order mark and reads a last record without a line end', async () => {
    const [chunk, ...more] = await split('\ufeffa,b\r\n1,2\r\n\r\n3,4', 10);
    expect(more).toEqual([]);
    expect(chunk?.header.toString()).toBe('a,b\r\n');
    expect(chunk?.count).toBe(2);
  });

  it('gives one empty chunk for a report without records, and none for nothing', async () => {
    expect(await split('a,b\r\n', 10)).toMatchObject([{ count: 0 }]);
    expect(await split('a,b', 10)).toMatchObject([{ count: 0 }]);
    expect(await split('', 10)).toEqual([]);
  });

  it('fails on a stream that ends inside a quoted value: it was cut', async () => {
    await expect(split('a,b\n1,"2\n3,4\n', 10)).rejects.toThrow(/ends inside a quoted value/);
  });
});

describe('one broken record', () => {
  it('is null and leaves its neighbours alone', () => {
    const { rows } = readCsv(Buffer.from('a,b\n1,2\n3,x"y"z\n"p,q",5\n'));
    expect(rows[0]).toEqual(['1', '2']);
    expect(rows[1]).toBeNull();
    expect(rows[2]).toEqual(['p,q', '5']);
  });
});
