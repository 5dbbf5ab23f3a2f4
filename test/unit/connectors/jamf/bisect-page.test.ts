import fc from 'fast-check';
import { bisectPage, isServerFault } from '../../../../connectors/jamf/bisect-page';
import { PermanentError, ThrottledError, TransientError } from '../../../../core/errors';

const serverFault = () => new TransientError('500', { status: 500 });

/** A server that answers 500 for every page that holds one of the broken positions. */
function makeServer(total: number, broken: ReadonlySet<number>) {
  let calls = 0;
  const read = async (page: number, size: number) => {
    calls += 1;
    const rows = Array.from({ length: Math.max(0, Math.min(size, total - page * size)) }, (_, i) => page * size + i);
    if (rows.some((row) => broken.has(row))) throw serverFault();
    return { totalCount: total, results: rows };
  };
  return { read, calls: () => calls };
}

describe('a page that the server cannot print', () => {
  test.each([
    { size: 1000, broken: [417], reason: 'one broken device' },
    { size: 1000, broken: [0], reason: 'the first row' },
    { size: 1000, broken: [999], reason: 'the last row' },
    { size: 1000, broken: [3, 4, 5, 900], reason: 'several' },
    { size: 7, broken: [6], reason: 'a prime page size' },
  ])('$size rows, $broken broken: $reason', async ({ size, broken }) => {
    const server = makeServer(size, new Set(broken));
    const page = await bisectPage(server.read, 0, size);
    expect(page.broken).toEqual(broken);
    expect(page.results).toHaveLength(size - broken.length);
    expect(page.totalCount).toBe(size);
  });

  test('positions count from the start of the list, not of the page', async () => {
    const page = await bisectPage(makeServer(300, new Set([250])).read, 2, 100);
    expect(page.broken).toEqual([250]);
  });

  test('costs some dozen calls, not one per row', async () => {
    const server = makeServer(1000, new Set([417]));
    await bisectPage(server.read, 0, 1000);
    expect(server.calls()).toBeLessThan(40);
  });

  test('a server that prints nothing is not a server with a broken device: the fault stands', async () => {
    const server = makeServer(1000, new Set(Array.from({ length: 1000 }, (_, i) => i)));
    await expect(bisectPage(server.read, 0, 1000)).rejects.toThrow('500');
    expect(server.calls()).toBeLessThan(60);
  });

  test('nor is a small page of which every row is broken: it states no total, and no total is not zero', async () => {
    await expect(bisectPage(makeServer(50, new Set([0, 1, 2, 3])).read, 0, 4)).rejects.toThrow('500');
  });

  test('eleven broken rows far apart are too many for one page', async () => {
    const broken = new Set(Array.from({ length: 11 }, (_, i) => i * 90));
    await expect(bisectPage(makeServer(1000, broken).read, 0, 1000)).rejects.toThrow('500');
  });

  test('any other failure on the way stops it', async () => {
    const read = async (): Promise<never> => {
      throw new ThrottledError('429', 1, { status: 429 });
    };
    await expect(bisectPage(read, 0, 100)).rejects.toBeInstanceOf(ThrottledError);
  });

  test('any page with up to ten broken rows: every other row comes, once', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 11, max: 300 }),
        fc.integer({ min: 0, max: 3 }),
        fc.uniqueArray(fc.nat(299), { minLength: 1, maxLength: 10 }),
        async (size, page, positions) => {
          const broken = positions.filter((at) => at < size).map((at) => page * size + at);
          const { read } = makeServer(size * (page + 1), new Set(broken));
          const found = await bisectPage(read, page, size);
          expect([...found.broken].sort((a, b) => a - b)).toEqual([...broken].sort((a, b) => a - b));
          expect(new Set(found.results).size).toBe(size - broken.length);
        },
      ),
    );
  });
});

describe('which failure can be a broken device', () => {
  test.each([
    { error: serverFault(), is: true, reason: '500 is how the server says it' },
    { error: new TransientError('502', { status: 502 }), is: false, reason: 'what stands before the server' },
    { error: new TransientError('cut'), is: false, reason: 'the wire' },
    { error: new PermanentError('403', { status: 403 }), is: false, reason: 'a privilege' },
    { error: new Error('500'), is: false, reason: 'a mistake of ours' },
  ])('$error.message: $reason', ({ error, is }) => {
    expect(isServerFault(error)).toBe(is);
  });
});
