import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { CSV_COLUMNS, csvField, csvHeader, csvRow } from '../../../report/csv';
import { makeDevice, makeRow, makeRule, NOW, syntheticRows } from './fleet-fixture';

const options = { now: NOW, showPhones: false };
const read = (text: string): Record<string, string>[] => parse(text, { columns: true, record_delimiter: '\r\n' });

describe('a field', () => {
  test.each<[value: string | number | null, written: string, reason: string]>([
    ['plain', 'plain', 'needs nothing'],
    ['a,b', '"a,b"', 'a comma is quoted'],
    ['say "hi"', '"say ""hi"""', 'quotes are doubled'],
    ['two\r\nlines', '"two\r\nlines"', 'a line break is quoted'],
    ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`, 'a spreadsheet must not compute it'],
    ['@SUM(A1)', "'@SUM(A1)", 'nor this'],
    ['-2+3', "'-2+3", 'nor this'],
    ['+1-800', "'+1-800", 'a plus and more than digits is no number'],
    ['\tx', "'\tx", 'a tab before a formula hides it'],
    ['+••••••••••17', '+••••••••••17', 'a masked number stays readable'],
    ['+442079460017', '+442079460017', 'a number can do no harm'],
    [null, '', 'what is not known is empty'],
    [0, '0', 'zero is known'],
  ])('%j is written %j: %s', (value, written) => expect(csvField(value)).toBe(written));
});

describe('the CSV', () => {
  test('reads back as what went in, whatever a device is called', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const row = makeRow(makeDevice({ model: `x${name}`, user: { id: null, name: null, email: null } }), []);
        const [record] = read(csvHeader() + csvRow(row, options));
        expect(record?.model).toBe(`x${name}`);
        expect(Object.keys(record ?? {})).toHaveLength(CSV_COLUMNS.length);
      }),
    );
  });

  test('never lets a field start like a formula', () => {
    fc.assert(
      fc.property(fc.constantFrom('=', '+', '-', '@', '\t', '\r'), fc.string(), (start, rest) => {
        const text = start + rest;
        fc.pre(!/^\+[\d•]+$/.test(text));
        expect(csvField(text).replace(/^"/, '').startsWith("'")).toBe(true);
      }),
    );
  });

  test('has one column per filter of the page, so that a cut list can be had in full', () => {
    const names = new Set(CSV_COLUMNS.map(({ name }) => name));
    const facets = [
      'kind',
      'standing',
      'fails',
      'outcome',
      'compliance',
      'seen',
      'flag',
      'action',
      'moved_by',
      'ready_by',
      'platform',
      'os',
      'patch',
      'app',
      'model',
      'carrier',
      'mode',
      'connector',
      'duplicate',
    ];
    expect(facets.filter((facet) => !names.has(facet))).toEqual([]);
  });

  test('every column says what it holds, and no name comes twice', () => {
    expect(CSV_COLUMNS.filter(({ about }) => about === '')).toEqual([]);
    expect(new Set(CSV_COLUMNS.map(({ name }) => name)).size).toBe(CSV_COLUMNS.length);
  });

  test('tells where a phone stands and why', () => {
    const row = makeRow(makeDevice(), [makeRule('carrier', 'fail', { line: 1, reason: 'Only the carrier can.' })]);
    expect(read(csvHeader() + csvRow(row, options))[0]).toMatchObject({
      device_key: 'jamf:1',
      kind: 'phone',
      standing: 'carrier',
      outcome: 'blocked',
      fails: 'carrier',
      reason: 'Only the carrier can.',
      phone: '+•••••••••17',
      carrier: 'Example Mobile',
      ready_by: 'ask-carrier:Example Mobile',
    });
  });

  test('prints numbers in full only when asked', () => {
    const row = makeRow(makeDevice(), []);
    expect(csvRow(row, options)).not.toContain('15550100017');
    expect(csvRow(row, { ...options, showPhones: true })).toContain('+15550100017');
  });

  test('gives every record one line of the same width', () => {
    const text = csvHeader() + [...syntheticRows(300)].map((row) => csvRow(row, options)).join('');
    expect(read(text)).toHaveLength(300);
  });
});
