/** What made neighbouring products lose devices, loop or clean up wrongly (facts/peers.md §0, A3 to A7), against real HTTP. */
import type { IsoTime } from '../../core/device/managed-device';
import { startBench } from '../support/open-muster-on';
import type { Bench } from '../support/open-muster-on';

jest.setTimeout(60_000);

const smallPages = (config: string): string => config.replace('kind: jamf', 'kind: jamf\n    pageSize: 100');

describe('A3: throttled requests', () => {
  let bench: Bench;
  afterEach(() => bench.close());

  test('a tenth of all calls is refused with Retry-After: no device is lost, and no call comes too early', async () => {
    bench = await startBench({ jamf: 2500 }, { edit: smallPages });
    bench.setFaults([
      { route: 'jamf.devices', when: { share: 0.1 }, fault: { kind: 'status', status: 429, retryAfter: 1 } },
    ]);
    const result = await bench.sweep();
    const [connector] = result.connectors;
    expect(connector).toMatchObject({ state: 'complete', devices: 2500, expected: 2500, duplicates: 0 });
    expect(connector?.retries).toBeGreaterThan(0);
    expect(connector?.throttledSeconds).toBeGreaterThanOrEqual(connector?.retries ?? 0);
    expect(new Set(await bench.deviceKeys()).size).toBe(2500);
    expect(bench.simulators.stats()).toMatchObject({ earlyReturns: 0, writes: 0 });
  });

  test('throttling, server faults and a token that dies mid-run together lose nothing', async () => {
    bench = await startBench({ jamf: 2500, workspaceOne: 1500 }, { edit: smallPages });
    bench.setFaults([
      { route: 'jamf.devices', when: { share: 0.1 }, fault: { kind: 'status', status: 429, retryAfter: 1 } },
      { route: 'jamf.devices', when: { share: 0.05 }, fault: { kind: 'status', status: 502, body: 'html' } },
      { route: 'jamf.devices', when: { call: 9 }, fault: { kind: 'token-dies' } },
      { route: 'ws1.devices', when: { call: 2 }, fault: { kind: 'token-dies' } },
      { route: 'ws1.devices', when: { call: 3 }, fault: { kind: 'status', status: 503 } },
    ]);
    const result = await bench.sweep();
    expect(result.connectors.map(({ id, state, devices }) => ({ id, state, devices }))).toEqual([
      { id: 'jamf', state: 'complete', devices: 2500 },
      { id: 'ws1', state: 'complete', devices: 1500 },
    ]);
    expect(new Set(await bench.deviceKeys()).size).toBe(4000);
  });
});

describe('A4: an inventory endpoint that answers 404, 403 or nothing', () => {
  let bench: Bench;
  beforeEach(async () => {
    bench = await startBench({ jamf: 300 });
    await bench.sweep();
  });
  afterEach(() => bench.close());

  test.each([
    ['404', { kind: 'status', status: 404 }, 'failed'],
    ['403', { kind: 'status', status: 403 }, 'failed'],
    ['an empty list', { kind: 'empty' }, 'partial'],
  ])('%s: nothing is concluded, twice, and every device stays', async (_, fault, state) => {
    bench.setFaults([{ route: 'jamf.devices', fault }]);
    for (const run of [1, 2]) {
      const result = await bench.sweep();
      expect({ run, state: result.connectors[0]?.state, tombstones: result.tombstones }).toEqual({
        run,
        state,
        tombstones: { candidates: 0, confirmed: 0, held: 0 },
      });
      expect(result.connectors[0]?.hint).toMatch(/privilege|baseUrl/);
    }
    expect(await bench.deviceKeys()).toHaveLength(300);
  });
});

describe('A5: page 2 answers 403 or 404', () => {
  let bench: Bench;
  afterEach(() => bench.close());

  test.each([403, 404])('%i ends the run as partial, with the endpoint; each device is kept once', async (status) => {
    bench = await startBench({ jamf: 1000 }, { edit: smallPages });
    bench.setFaults([{ route: 'jamf.devices', when: { page: 2 }, fault: { kind: 'status', status } }]);
    const result = await bench.sweep();
    expect(result).toMatchObject({
      state: 'partial',
      connectors: [{ state: 'partial', endpoint: 'GET /api/v2/mobile-devices/detail', duplicates: 0 }],
    });
    const keys = await bench.deviceKeys();
    expect(new Set(keys).size).toBe(keys.length);
    expect(result.connectors[0]?.requests).toBeLessThan(20);
  });
});

describe('A6: an empty last page that is a list instead of 204', () => {
  test('the pull ends', async () => {
    const bench = await startBench({ workspaceOne: 1000 });
    try {
      // The server counts more than it has, and answers the page beyond the end with an empty list.
      bench.setFaults([{ route: 'ws1.devices', fault: { kind: 'wrong-total', by: 400 } }]);
      const result = await bench.sweep();
      expect(result.connectors[0]).toMatchObject({ state: 'partial', devices: 1000, expected: 1400 });
      expect(result.connectors[0]?.requests).toBeLessThan(30);
    } finally {
      await bench.close();
    }
  });
});

describe('A7: more devices share one inventory time than fit a page', () => {
  test('an incremental pull by time sees all of them', async () => {
    const bench = await startBench({ jamf: 500 }, { edit: smallPages, inventoryTies: 250 });
    try {
      const tie = new Date(bench.simulators.fleets.jamf.inventoryAt(1)).toISOString() as IsoTime;
      const result = await bench.sweep({ mode: 'incremental', since: tie });
      expect(result).toMatchObject({ mode: 'incremental', state: 'complete' });
      const keys = new Set<string>(await bench.deviceKeys());
      const tied = Array.from({ length: 250 }, (_, at) => `jamf:${at + 1}`);
      expect(tied.filter((key) => !keys.has(key))).toEqual([]);
    } finally {
      await bench.close();
    }
  });
});
