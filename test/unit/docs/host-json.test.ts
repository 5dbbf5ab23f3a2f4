import { read, tableAfter } from './markdown';

/** Every value of a document by its path. */
function leaves(value: unknown, at: string): readonly (readonly [string, string])[] {
  if (typeof value !== 'object' || value === null) return [[at, String(value)]];
  return Object.entries(value).flatMap(([name, inner]) => leaves(inner, at === '' ? name : `${at}.${name}`));
}

describe('docs/host-json.md', () => {
  const rows = tableAfter(read('docs/host-json.md'), '# host.json, line by line');

  test('names every setting of host.json with its value, and no other', () => {
    const code = (cell: string | undefined): string => cell?.replaceAll('`', '') ?? '';
    expect(rows.map(([name, value]) => [code(name), code(value)])).toEqual(leaves(JSON.parse(read('host.json')), ''));
  });

  test('says why, for each', () => {
    for (const [name, , why] of rows) expect([name, (why ?? '').length]).toEqual([name, expect.any(Number)]);
    expect(rows.filter(([, , why]) => (why ?? '').length < 20)).toEqual([]);
  });
});
