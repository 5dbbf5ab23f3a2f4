import { costOf, monthOf, workOf } from './cost-model';
import type { Common, Connector, Prices, Shape } from './cost-model';
import { read, tableAfter } from './markdown';

const page = read('docs/cost.md');
const FLEETS = [100, 100_000, 1_000_000];
const CONNECTORS: readonly Connector[] = ['Intune', 'Jamf Pro', 'Workspace ONE'];

/** Numbers of a table by the first cell of their row. */
function numbers(marker: string, column: number): (name: string) => number {
  const rows = new Map(tableAfter(page, marker).map((cells) => [cells[0] ?? '', cells[column] ?? '']));
  return (name) => {
    const value = Number(rows.get(name));
    if (!rows.has(name) || Number.isNaN(value)) throw new Error(`the page states no "${name}"`);
    return value;
  };
}

const price = numbers('## Unit prices', 1);
const prices: Prices = {
  gigabyteSecond: price('Flex Consumption, on demand, per GB-second'),
  millionExecutions: price('Flex Consumption, per million executions'),
  tenThousandTable: price('Table requests, per 10,000'),
  tenThousandQueue: price('Queue requests, per 10,000'),
  tenThousandBlobWrites: price('Blob writes, per 10,000'),
  tenThousandBlobReads: price('Blob reads, per 10,000'),
  logGigabyte: price('Log Analytics, per GB that comes in'),
  tableGigabyteMonth: price('Tables, per GB and month'),
  blobGigabyteMonth: price('Blobs, per GB and month'),
};

const all = numbers('<!-- common -->', 1);
const common: Common = {
  queueRequestsPerMessage: all('Queue requests per message'),
  secondsPerAppPage: all('Seconds per page of an app report'),
  passes: all('Passes over the fleet'),
  secondsPerPassRequest: all('Seconds per request of a pass'),
  memoryGB: all('GB of an instance'),
  logRowsPerInvocation: all('Log rows per invocation'),
  bytesPerLogRow: all('Bytes per log row'),
  bytesPerStorageLogRow: all('Bytes per row of the storage log'),
  bytesPerPhone: all('Bytes per phone in the tables'),
  reportBytesPerPhone: all('Bytes per phone in a report'),
  reportDays: all('Days that reports are kept'),
  daysPerMonth: all('Days of a month'),
};

function shapeOf(connector: Connector): Shape {
  const of = numbers('<!-- shape -->', 1 + CONNECTORS.indexOf(connector));
  return {
    rowsPerPage: of('Rows'),
    ownRequests: of('Own table requests'),
    ownWrites: of('Of these, writes'),
    deviceReads: of('Reads of device rows'),
    deviceWrites: of('Transactions of device rows'),
    appReads: of('Reads of app rows'),
    appRowsPerPhone: of('App rows per phone'),
    appWrites: of('Transactions of app rows, per page of a report'),
    spoolPerPage: of('Blob writes, and as many reads'),
    secondsPerPage: of('Seconds of an instance'),
  };
}

const whole = (value: number): string => Math.round(value).toLocaleString('en-US');
/** Cents, and what is less than one of them. */
const dollars = (value: number): string => (value < 0.01 ? value.toFixed(4) : value.toFixed(2));

const work = FLEETS.flatMap((phones) =>
  CONNECTORS.map((connector) => {
    const done = workOf(phones, shapeOf(connector), common);
    return [
      whole(phones),
      connector,
      whole(done.pages),
      whole(done.tableRequests),
      whole(done.queueRequests),
      whole(done.gigabyteSeconds),
      (done.logBytes / 1e6).toFixed(1),
      (done.storageLogBytes / 1e6).toFixed(1),
    ];
  }),
);
const sweeps = FLEETS.flatMap((phones) =>
  CONNECTORS.map((connector) => {
    const { sweep, readLogs } = costOf(workOf(phones, shapeOf(connector), common), prices);
    return [whole(phones), connector, dollars(sweep), dollars(readLogs)];
  }),
);
const months = FLEETS.flatMap((phones) =>
  CONNECTORS.flatMap((connector) =>
    [4, 1].map((perDay) => {
      const { sweeps: run, kept, readLogs } = monthOf(phones, perDay, shapeOf(connector), common, prices);
      return [whole(phones), connector, String(perDay), dollars(run), dollars(kept), dollars(readLogs)];
    }),
  ),
);

describe('docs/cost.md', () => {
  test.each([
    ['work', work],
    ['sweep', sweeps],
    ['month', months],
  ] as const)('its table of %s is what its prices and counts give', (marker, rows) =>
    expect(tableAfter(page, `<!-- ${marker} -->`)).toEqual(rows),
  );

  const summary = page.slice(0, page.indexOf('## Unit prices')).replace(/\s+/g, ' ');
  const million = (connector: Connector, overlap: number): number => {
    const shape = shapeOf(connector);
    const faster = { ...shape, secondsPerPage: shape.secondsPerPage / overlap };
    const work = workOf(1_000_000, faster, { ...common, secondsPerAppPage: common.secondsPerAppPage / overlap });
    return costOf(work, prices).sweep;
  };

  test.each(CONNECTORS)('its summary says what a sweep of a million phones of %s costs', (connector) => {
    expect(summary).toContain(`${dollars(million(connector, 1))} for ${connector}`);
  });

  test('that is less than a dollar for Intune and Jamf Pro, and for Workspace ONE where pages overlap', () => {
    expect(million('Intune', 1)).toBeLessThan(1);
    expect(million('Jamf Pro', 1)).toBeLessThan(1);
    expect(million('Workspace ONE', 2)).toBeLessThan(1);
    expect(summary).toContain(`${dollars(million('Workspace ONE', 2))} where two overlap`);
  });

  test('a log line of a page is as long as the page says', () => {
    const line = JSON.stringify({
      time: '2026-11-25T00:00:00.000Z',
      level: 'info',
      event: 'page-done',
      function: 'sweep-page',
      invocationId: '00000000-0000-4000-8000-000000000000',
      runId: '0mww5zgk8em4hczrlpakm096e7',
      connectorId: 'intune',
      stage: 'devices',
      page: 999,
      rows: 1000,
      devices: 1000,
      quarantined: 0,
    });
    const stated = Number(/our `page-done` line has about (\d+)/.exec(page)?.[1]);
    expect(Math.abs(line.length - stated)).toBeLessThan(100);
  });
});
