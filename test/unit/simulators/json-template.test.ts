import fc from 'fast-check';
import { jsonList, JsonPart, jsonTemplate, writeRows } from '../../../simulators/kit/json-template';
import { JsonWriter } from '../../../simulators/kit/json-writer';

interface Row {
  readonly text: string;
  readonly number: number;
  readonly flag: boolean | null;
  readonly parts: readonly string[];
}

const template = jsonTemplate<Row>({
  constant: 'always "this"',
  nothing: null,
  none: [],
  text: ({ text }) => text,
  nested: { number: ({ number }) => number, deeper: { flag: ({ flag }) => flag }, fixed: {} },
  parts: jsonList(({ parts }) => parts, jsonTemplate<string>({ part: (part) => part })),
  sometimes: new JsonPart((writer, { flag }) => writer.value(flag)),
});

const expected = ({ text, number, flag, parts }: Row): unknown => ({
  constant: 'always "this"',
  nothing: null,
  none: [],
  text,
  nested: { number, deeper: { flag }, fixed: {} },
  parts: parts.map((part) => ({ part })),
  sometimes: flag,
});

const row: fc.Arbitrary<Row> = fc.record({
  text: fc.string({ unit: 'binary' }),
  number: fc.integer(),
  flag: fc.option(fc.boolean()),
  parts: fc.array(fc.string()),
});

test('rows read back as what JSON.stringify would have written, whatever their texts hold', () => {
  const writer = new JsonWriter();
  fc.assert(
    fc.property(fc.array(row), (rows) => {
      writer.text('[');
      writeRows(writer, rows, template);
      writer.text(']');
      expect(JSON.parse(writer.take().toString('utf8'))).toEqual(rows.map(expected));
    }),
  );
});

test('a page larger than the buffer at start loses nothing', () => {
  const writer = new JsonWriter();
  const rows = Array.from({ length: 50_000 }, (_, number) => ({ text: 'x', number, flag: true, parts: [] }));
  writer.text('[');
  writeRows(writer, rows, template);
  writer.text(']');
  const read = JSON.parse(writer.take().toString('utf8')) as unknown[];
  expect(read).toHaveLength(50_000);
  expect(read[49_999]).toEqual(expected(rows[49_999]!));
});

test('what was taken is not touched by what is written next', () => {
  const writer = new JsonWriter();
  writer.value('first');
  const first = writer.take();
  writer.value('later');
  expect(first.toString()).toBe('"first"');
  expect(writer.take().toString()).toBe('"later"');
});
