import { PartialRunError, PermanentError, ThrottledError, TransientError } from '../../../../core/errors';
import type { FailureContext } from '../../../../core/errors';
import type { ManagedDevice } from '../../../../core/device/managed-device';
import { makeFakeSource } from '../../../support/fake-source';
import { makeDevice } from '../../../support/make-device';
import { openSweepFixture } from '../../../support/sweep-fixture';
import type { SweepFixture } from '../../../support/sweep-fixture';

const phones = (from: number, to: number): ManagedDevice[] =>
  Array.from({ length: to - from + 1 }, (_, at) => makeDevice(String(from + at)));

const inPages = (devices: readonly ManagedDevice[], size: number): { devices: ManagedDevice[] }[] => {
  const pages = [];
  for (let at = 0; at < Math.max(devices.length, 1); at += size) pages.push({ devices: devices.slice(at, at + size) });
  return pages;
};

async function storedIds({ ports }: SweepFixture): Promise<string[]> {
  const ids: string[] = [];
  for await (const rows of ports.devices.rows('jamf')) for (const { head } of rows) ids.push(head.key);
  return ids;
}

describe('a sweep of one connector', () => {
  let fixture: SweepFixture;
  afterEach(() => fixture.close());

  test.each(['linked', 'numbered'] as const)('reads all %s pages and ends complete', async (style) => {
    fixture = await openSweepFixture({ sources: [makeFakeSource({ style, pages: () => inPages(phones(1, 25), 10) })] });
    const result = await fixture.sweep();
    expect(result).toMatchObject({
      state: 'complete',
      connectors: [
        { id: 'jamf', state: 'complete', devices: 25, expected: 25, pages: 3, requests: 3, retries: 0, duplicates: 0 },
      ],
      readiness: { total: 25 },
    });
    expect(await storedIds(fixture)).toHaveLength(25);
  });

  test('a second sweep of the same fleet changes no device and counts none twice', async () => {
    fixture = await openSweepFixture({ sources: [makeFakeSource({ pages: () => inPages(phones(1, 25), 10) })] });
    const first = await fixture.sweep();
    const second = await fixture.sweep();
    expect(second.runId).not.toBe(first.runId);
    expect(second.readiness).toEqual(first.readiness);
    expect(second.connectors[0]).toMatchObject({ devices: 25, duplicates: 0 });
  });

  test('a throttled page waits as long as it was asked to, and nothing is lost', async () => {
    const at: number[] = [];
    let refusals = 2;
    fixture = await openSweepFixture({
      sources: [
        makeFakeSource({
          pages: () => inPages(phones(1, 30), 10),
          onFetch: ({ pageNo }) => {
            if (pageNo !== 1) return;
            at.push(fixture.clock.now());
            if (refusals-- > 0) throw new ThrottledError('slow down', fixture.clock.now() + 200_000);
          },
        }),
      ],
    });
    const result = await fixture.sweep();
    expect(result.connectors[0]).toMatchObject({
      state: 'complete',
      devices: 30,
      retries: 2,
      throttledSeconds: 400,
      requests: 5,
    });
    expect(at.map((time) => time - (at[0] ?? 0) >= 0)).toEqual([true, true, true]);
    expect((at[1] ?? 0) - (at[0] ?? 0)).toBeGreaterThanOrEqual(200_000);
    expect((at[2] ?? 0) - (at[1] ?? 0)).toBeGreaterThanOrEqual(200_000);
  });

  test('a page that fails a few times is tried again', async () => {
    let failures = 3;
    fixture = await openSweepFixture({
      sources: [
        makeFakeSource({
          pages: () => inPages(phones(1, 30), 10),
          onFetch: ({ pageNo }) => {
            if (pageNo === 2 && failures-- > 0) throw new TransientError('502');
          },
        }),
      ],
    });
    expect((await fixture.sweep()).connectors[0]).toMatchObject({ state: 'complete', devices: 30, retries: 3 });
  });

  test('an announced page is asked for while the one that announced it is still being read, and read once', async () => {
    const asked = new Set<number>();
    fixture = await openSweepFixture({
      sources: [
        makeFakeSource({
          pages: () => inPages(phones(1, 30), 10),
          style: 'linked',
          onFetch: ({ pageNo }) => void asked.add(pageNo),
          async afterAnnouncement({ pageNo }) {
            if (pageNo === 2) return;
            for (let turns = 0; !asked.has(pageNo + 1); turns += 1) {
              if (turns === 1000) throw new PermanentError(`page ${pageNo + 1} was not asked for`);
              await new Promise((resolve) => setImmediate(resolve));
            }
          },
        }),
      ],
    });
    expect((await fixture.sweep()).connectors[0]).toMatchObject({ state: 'complete', devices: 30, requests: 3 });
  });

  test('a page that breaks after its announcement is read again, and nothing is lost or doubled', async () => {
    let failures = 2;
    fixture = await openSweepFixture({
      sources: [
        makeFakeSource({
          pages: () => inPages(phones(1, 40), 10),
          style: 'linked',
          afterAnnouncement: ({ pageNo }) => {
            if (pageNo === 1 && failures-- > 0) throw new TransientError('cut');
          },
        }),
      ],
    });
    const result = await fixture.sweep();
    expect(result.connectors[0]).toMatchObject({ state: 'complete', devices: 40, pages: 4, duplicates: 0, retries: 2 });
    expect(await storedIds(fixture)).toHaveLength(40);
  });

  const endings: { name: string; error: () => Error & { readonly context: FailureContext } }[] = [
    {
      name: 'a page that never comes',
      error: () => new TransientError('504', { endpoint: 'GET /devices', hint: 'wait' }),
    },
    { name: 'a refused page', error: () => new PermanentError('403', { endpoint: 'GET /devices', hint: 'grant it' }) },
    { name: 'pages that go in circles', error: () => new PartialRunError('circle') },
  ];
  test.each(endings)(
    '$name ends the pull as partial, keeps what came, and names reason and endpoint',
    async ({ error }) => {
      fixture = await openSweepFixture({
        sources: [
          makeFakeSource({
            pages: () => inPages(phones(1, 30), 10),
            onFetch: ({ pageNo }) => {
              if (pageNo === 2) throw error();
            },
          }),
        ],
      });
      const result = await fixture.sweep();
      expect(result.state).toBe('partial');
      expect(result.connectors[0]).toMatchObject({
        state: 'partial',
        reason: error().message,
        endpoint: error().context.endpoint ?? null,
        hint: error().context.hint ?? null,
      });
      expect(await storedIds(fixture)).toHaveLength(20);
    },
  );

  test('a pull whose first page is refused has failed', async () => {
    fixture = await openSweepFixture({
      sources: [
        makeFakeSource({
          pages: () => [],
          onFetch: () => {
            throw new PermanentError('401', { hint: 'grant Read Mobile Devices' });
          },
        }),
      ],
    });
    const result = await fixture.sweep();
    expect(result).toMatchObject({
      state: 'failed',
      connectors: [{ state: 'failed', devices: 0, hint: 'grant Read Mobile Devices' }],
    });
  });

  test('linked pages that repeat themselves end as partial, and each device is kept once', async () => {
    fixture = await openSweepFixture({
      sources: [
        makeFakeSource({
          style: 'linked',
          pages: () => Array.from({ length: 50 }, () => ({ devices: phones(1, 10), expected: null })),
        }),
      ],
    });
    const result = await fixture.sweep();
    expect(result.connectors[0]).toMatchObject({ state: 'partial', devices: 10 });
    expect(result.connectors[0]?.pages).toBeLessThan(10);
  });

  test('a list that lost rows while it was read is walked again, and the rows are found', async () => {
    let fetches = 0;
    fixture = await openSweepFixture({
      sources: [
        makeFakeSource({
          onFetch: () => void (fetches += 1),
          pages: () => {
            const all = phones(1, 30);
            // In the first walk the second page begins one row late, as after a deletion before it.
            return fetches <= 3
              ? [
                  { devices: all.slice(0, 10), expected: 30 },
                  { devices: all.slice(11, 20), expected: 30 },
                  { devices: all.slice(20), expected: 30 },
                ]
              : inPages(all, 10);
          },
        }),
      ],
    });
    const result = await fixture.sweep();
    expect(result.connectors[0]).toMatchObject({
      state: 'complete',
      devices: 30,
      expected: 30,
      pages: 6,
      duplicates: 0,
    });
  });

  test('rows that stay missing after a second walk make the pull partial', async () => {
    fixture = await openSweepFixture({
      sources: [makeFakeSource({ pages: () => inPages(phones(1, 29), 10).map((page) => ({ ...page, expected: 30 })) })],
    });
    const result = await fixture.sweep();
    expect(result.connectors[0]).toMatchObject({ state: 'partial', devices: 29, expected: 30 });
    expect(result.connectors[0]?.reason).toContain('1 are missing');
  });

  test('a device that two pages bring is one device and one duplicate', async () => {
    fixture = await openSweepFixture({
      sources: [
        makeFakeSource({
          pages: () => [
            { devices: phones(1, 10), expected: 20 },
            { devices: phones(10, 20), expected: 20 },
          ],
        }),
      ],
    });
    expect((await fixture.sweep()).connectors[0]).toMatchObject({ state: 'complete', devices: 20, duplicates: 1 });
  });
});

describe('absence', () => {
  let fixture: SweepFixture;
  let fleet: ManagedDevice[];
  let failOn: number | null;

  beforeEach(async () => {
    fleet = phones(1, 100);
    failOn = null;
    fixture = await openSweepFixture({
      settings: { vanish: { minimum: 5, share: 0.1 } },
      sources: [
        makeFakeSource({
          pages: () => inPages(fleet, 40),
          onFetch: ({ pageNo }) => {
            if (pageNo === failOn) throw new PermanentError('404');
          },
        }),
      ],
    });
    await fixture.sweep();
  });
  afterEach(() => fixture.close());

  test('one complete sweep without a device makes it a candidate, two make it a tombstone', async () => {
    fleet = phones(1, 97);
    expect((await fixture.sweep()).tombstones).toEqual({ candidates: 3, confirmed: 0, held: 0 });
    const second = await fixture.sweep();
    expect(second.tombstones).toEqual({ candidates: 3, confirmed: 3, held: 0 });
    expect(second.readiness.total).toBe(97);
    expect((await fixture.sweep()).tombstones).toEqual({ candidates: 0, confirmed: 0, held: 0 });
  });

  test('a device that comes back in between is no candidate any more', async () => {
    fleet = phones(1, 97);
    await fixture.sweep();
    fleet = phones(1, 100);
    await fixture.sweep();
    fleet = phones(1, 97);
    expect((await fixture.sweep()).tombstones).toEqual({ candidates: 3, confirmed: 0, held: 0 });
  });

  test.each([0, 1, 2])('a pull that breaks off at page %i concludes nothing', async (page) => {
    fleet = phones(1, 97);
    await fixture.sweep();
    failOn = page;
    const result = await fixture.sweep();
    expect(result.state).not.toBe('complete');
    expect(result.tombstones).toEqual({ candidates: 0, confirmed: 0, held: 0 });
  });

  test('an empty inventory where devices are known is partial and concludes nothing', async () => {
    fleet = [];
    const result = await fixture.sweep();
    expect(result).toMatchObject({ state: 'partial', tombstones: { candidates: 0, confirmed: 0, held: 0 } });
    expect(result.connectors[0]?.hint).toContain('privilege');
  });

  test('a fleet that shrinks too much is held as a whole, and its phones still count', async () => {
    fleet = phones(1, 80);
    const first = await fixture.sweep();
    expect(first).toMatchObject({
      state: 'held',
      tombstones: { candidates: 20, confirmed: 0 },
      plan: { brakes: ['vanish:jamf'] },
    });
    const second = await fixture.sweep();
    expect(second).toMatchObject({ state: 'held', tombstones: { candidates: 20, confirmed: 0, held: 20 } });
    expect(second.readiness.total).toBe(100);
  });

  test('an incremental sweep concludes nothing from absence', async () => {
    fleet = phones(1, 5);
    const result = await fixture.sweep({ mode: 'incremental' });
    expect(result).toMatchObject({
      mode: 'incremental',
      state: 'complete',
      tombstones: { candidates: 0, confirmed: 0, held: 0 },
    });
    expect(result.readiness.total).toBe(100);
  });
});
