/** Schedules as the platform reads them, and a timer that misses nothing and never overlaps itself. The clock is moved, not waited for. */
import fc from 'fast-check';
import type { LoadedApp } from '../../../host/functions-core';
import { nextOccurrence, runTimer } from '../../../host/timer-schedule';
import { openEmbeddedSubject } from '../../contract/storage/embedded-subject';
import type { EmbeddedSubject } from '../../contract/storage/embedded-subject';

const at = (time: string): number => Date.parse(`${time}Z`);
const next = (expression: string, after: string): string =>
  new Date(nextOccurrence(expression, at(after))).toISOString().replace('.000Z', '');

describe('the next moment of a schedule', () => {
  test.each<{ expression: string; after: string; is: string; why: string }>([
    { expression: '0 */5 * * * *', after: '2026-11-25T00:01:00', is: '2026-11-25T00:05:00', why: 'every five minutes' },
    { expression: '0 */5 * * * *', after: '2026-11-25T00:05:00', is: '2026-11-25T00:10:00', why: 'after means after' },
    {
      expression: '*/10 * * * * *',
      after: '2026-11-25T23:59:55',
      is: '2026-11-26T00:00:00',
      why: 'seconds, over midnight',
    },
    { expression: '0 0 1,7,13,19 * * *', after: '2026-11-25T07:00:00', is: '2026-11-25T13:00:00', why: 'a list' },
    { expression: '0 30 */6 * * *', after: '2026-11-25T18:30:01', is: '2026-11-26T00:30:00', why: 'every six hours' },
    { expression: '0 15 3 * * *', after: '2026-11-25T03:15:00', is: '2026-11-26T03:15:00', why: 'once a day' },
    { expression: '0 0 9-17 * * *', after: '2026-11-25T17:00:00', is: '2026-11-26T09:00:00', why: 'a range' },
    {
      expression: '0 0 9-17/4 * * *',
      after: '2026-11-25T09:00:00',
      is: '2026-11-25T13:00:00',
      why: 'a range with steps',
    },
    {
      expression: '0 5/20 * * * *',
      after: '2026-11-25T00:05:00',
      is: '2026-11-25T00:25:00',
      why: 'steps from a beginning',
    },
    {
      expression: '0 0 9 * * 1-5',
      after: '2026-11-27T09:00:00',
      is: '2026-11-30T09:00:00',
      why: 'weekdays, from Friday to Monday',
    },
    {
      expression: '0 0 9 * * Mon-Fri',
      after: '2026-11-28T00:00:00',
      is: '2026-11-30T09:00:00',
      why: 'weekdays by name',
    },
    { expression: '0 0 0 * * 0', after: '2026-11-25T00:00:00', is: '2026-11-29T00:00:00', why: 'Sunday is 0' },
    {
      expression: '0 0 0 13 * 5',
      after: '2026-01-01T00:00:00',
      is: '2026-02-13T00:00:00',
      why: 'day of month and of week both hold',
    },
    { expression: '0 0 0 1 * *', after: '2026-11-25T00:00:00', is: '2026-12-01T00:00:00', why: 'the first of a month' },
    { expression: '0 0 0 31 * *', after: '2026-11-01T00:00:00', is: '2026-12-31T00:00:00', why: 'no 31st in November' },
    { expression: '0 0 0 30 * *', after: '2027-01-30T00:00:00', is: '2027-03-30T00:00:00', why: 'no 30th in February' },
    { expression: '0 0 0 29 2 *', after: '2026-11-25T00:00:00', is: '2028-02-29T00:00:00', why: 'a leap day' },
    { expression: '0 0 0 29 2 *', after: '2096-02-29T00:00:00', is: '2104-02-29T00:00:00', why: 'no leap day in 2100' },
    { expression: '0 0 0 1 1 *', after: '2026-12-31T23:59:59', is: '2027-01-01T00:00:00', why: 'over the year' },
    { expression: '0 0 0 1 Jan *', after: '2026-11-25T00:00:00', is: '2027-01-01T00:00:00', why: 'a month by name' },
    {
      expression: '0 30 2 29 3 *',
      after: '2026-03-28T00:00:00',
      is: '2026-03-29T02:30:00',
      why: 'UTC knows no summer time',
    },
    {
      expression: ' 0  0 1 * * * ',
      after: '2026-11-25T00:00:00',
      is: '2026-11-25T01:00:00',
      why: 'blanks say nothing',
    },
  ])('$expression after $after: $is ($why)', ({ expression, after, is }) => {
    expect(next(expression, after)).toBe(is);
  });

  test('is always later, and on a second that its fields name', () => {
    const instant = fc.integer({ min: at('2024-01-01T00:00:00'), max: at('2030-12-31T00:00:00') });
    const field = (most: number): fc.Arbitrary<string> =>
      fc.oneof(
        fc.constant('*'),
        fc.nat(most).map(String),
        fc.integer({ min: 1, max: most }).map((step) => `*/${step}`),
      );
    const holds = (text: string, value: number): boolean =>
      text === '*' || (text.startsWith('*/') ? value % Number(text.slice(2)) === 0 : value === Number(text));
    fc.assert(
      fc.property(instant, field(59), field(59), field(23), (after, second, minute, hour) => {
        const found = nextOccurrence(`${second} ${minute} ${hour} * * *`, after);
        const date = new Date(found);
        expect(found).toBeGreaterThan(after);
        expect(found - after).toBeLessThanOrEqual(86_400_000);
        expect(date.getUTCMilliseconds()).toBe(0);
        expect(holds(second, date.getUTCSeconds())).toBe(true);
        expect(holds(minute, date.getUTCMinutes())).toBe(true);
        expect(holds(hour, date.getUTCHours())).toBe(true);
      }),
    );
  });

  test.each([
    { expression: '0 1 * * *', why: 'five fields' },
    { expression: '0 0 1 * * * 2026', why: 'seven fields' },
    { expression: '', why: 'nothing' },
    { expression: '@daily', why: 'a word' },
    { expression: '60 0 0 * * *', why: 'a second that there is not' },
    { expression: '0 60 0 * * *', why: 'nor this minute' },
    { expression: '0 0 24 * * *', why: 'nor this hour' },
    { expression: '0 0 0 32 * *', why: 'nor this day' },
    { expression: '0 0 0 * 13 *', why: 'nor this month' },
    { expression: '0 0 0 * * 8', why: 'nor this day of the week' },
    { expression: '0 0 0 30 2 *', why: 'a day that never comes' },
    { expression: 'a b c d e f', why: 'letters' },
    { expression: '0 0 0 * * 7', why: 'Sunday as 7, which Azure does not know' },
    { expression: '0 0 0 L * *', why: 'the last day, which Azure does not know' },
    { expression: '0 0 0 15W * *', why: 'the nearest weekday, which Azure does not know' },
    { expression: '0 0 0 * * 5#2', why: 'the second Friday, which Azure does not know' },
    { expression: '0 0 0 ? * 1', why: 'a question mark, which Azure does not know' },
  ])('is refused: $expression ($why)', ({ expression }) => {
    expect(() => nextOccurrence(expression, at('2026-11-25T00:00:00'))).toThrow();
  });
});

describe('a timer', () => {
  const HOURLY = '0 0 * * * *';
  let subject: EmbeddedSubject;

  beforeEach(async () => {
    // 2026-11-25T00:00:00Z.
    subject = await openEmbeddedSubject();
    subject.clock.advance(30 * 60_000);
  });
  afterEach(() => subject.close());

  interface Run {
    readonly at: string;
    readonly isPastDue: boolean;
    readonly last: string;
    readonly next: string;
  }

  interface Ran {
    readonly runs: Run[];
    readonly errors: string[];
    readonly most: number;
    readonly waits: number[];
  }

  const clockTime = (): string => new Date(subject.now()).toISOString().slice(0, 19);

  /** Runs the timer until it ran so often, or until so much time went by. */
  async function run(options: {
    readonly expression?: string;
    readonly times?: number;
    readonly hours?: number;
    /** What the function does. */
    readonly work?: (run: number) => Promise<void> | void;
  }): Promise<Ran> {
    const { expression = HOURLY, times = Infinity, hours = Infinity, work = () => undefined } = options;
    const stopping = new AbortController();
    const runs: Run[] = [];
    const errors: string[] = [];
    const waits: number[] = [];
    const end = subject.now() + hours * 3_600_000;
    let [inWork, most] = [0, 0];
    const app: LoadedApp = {
      functions: [],
      async invoke(_name, { inputData }) {
        inWork += 1;
        most = Math.max(most, inWork);
        const info = JSON.parse(inputData[0]?.data.json ?? '') as {
          IsPastDue: boolean;
          ScheduleStatus: { Last: string; Next: string };
        };
        const { Last, Next } = info.ScheduleStatus;
        runs.push({
          at: clockTime(),
          isPastDue: info.IsPastDue,
          last: Last.slice(0, 19),
          next: Next.slice(0, 19),
        });
        try {
          await work(runs.length);
        } finally {
          inWork -= 1;
          if (runs.length >= times) stopping.abort();
        }
        return null;
      },
    };
    await runTimer(
      {
        app,
        functionName: 'sweep-timer',
        binding: 'in',
        expression,
        store: subject.state.entities,
        clock: { now: () => subject.now() },
        async sleep(milliseconds) {
          waits.push(milliseconds);
          expect(waits.length).toBeLessThan(1000);
          const left = end - subject.now();
          subject.clock.advance(Math.min(milliseconds, left));
          if (milliseconds >= left) stopping.abort();
        },
        onError: (name, error) => void errors.push(`${name}: ${String(error)}`),
      },
      stopping.signal,
    );
    return { runs, errors, most, waits };
  }
  const pass = (hours: number): void => subject.clock.advance(hours * 3_600_000);

  test('does not run when it starts, but at its time, and again and again', async () => {
    const { runs } = await run({ times: 3 });
    expect(runs).toEqual([
      { at: '2026-11-25T01:00:00', isPastDue: false, last: expect.any(String), next: '2026-11-25T02:00:00' },
      { at: '2026-11-25T02:00:00', isPastDue: false, last: '2026-11-25T01:00:00', next: '2026-11-25T03:00:00' },
      { at: '2026-11-25T03:00:00', isPastDue: false, last: '2026-11-25T02:00:00', next: '2026-11-25T04:00:00' },
    ]);
  });

  test('that fails runs again at its next time, and the failure is told', async () => {
    const { runs, errors } = await run({
      times: 2,
      work: (number) => {
        if (number === 1) throw new Error('no policy');
      },
    });
    expect(runs.map((each) => each.at)).toEqual(['2026-11-25T01:00:00', '2026-11-25T02:00:00']);
    expect(errors).toEqual(['sweep-timer: Error: no policy']);
  });

  test('waits through long gaps in pieces that a timer can hold', async () => {
    const { runs, waits } = await run({ expression: '0 0 0 1 1 *', times: 1 });
    expect(runs.map((each) => each.at)).toEqual(['2027-01-01T00:00:00']);
    expect(Math.max(...waits)).toBeLessThanOrEqual(3_600_000);
  });

  test('never overlaps itself: what fell due meanwhile runs once, when the work is done', async () => {
    const { runs, most } = await run({
      times: 3,
      work: (number) => {
        if (number === 1) pass(2.5);
      },
    });
    expect(most).toBe(1);
    expect(runs.map((each) => [each.at, each.isPastDue])).toEqual([
      ['2026-11-25T01:00:00', false],
      ['2026-11-25T03:30:00', true],
      ['2026-11-25T04:00:00', false],
    ]);
  });

  test('that was down while it was due runs once at start, and says that it is late', async () => {
    await run({ times: 1 });
    pass(5);
    const { runs } = await run({ times: 2 });
    expect(runs.map((each) => [each.at, each.isPastDue, each.last])).toEqual([
      ['2026-11-25T06:00:00', true, '2026-11-25T01:00:00'],
      ['2026-11-25T07:00:00', false, '2026-11-25T06:00:00'],
    ]);
  });

  test('that was down while nothing was due goes on as if it had not been', async () => {
    await run({ times: 1 });
    pass(0.5);
    const { runs } = await run({ times: 1 });
    expect(runs.map((each) => [each.at, each.isPastDue])).toEqual([['2026-11-25T02:00:00', false]]);
  });

  test('that had never run when it went down still makes up for what it missed', async () => {
    expect((await run({ hours: 0.25 })).runs).toEqual([]);
    pass(3);
    const { runs } = await run({ times: 1 });
    expect(runs.map((each) => [each.at, each.isPastDue])).toEqual([['2026-11-25T03:45:00', true]]);
  });

  test('whose schedule changed while it was down is judged by the new one', async () => {
    await run({ times: 1 });
    pass(3);
    // At four, an hourly one would be late; one at 20:00 is not.
    const { runs } = await run({ expression: '0 0 20 * * *', times: 1 });
    expect(runs.map((each) => [each.at, each.isPastDue])).toEqual([['2026-11-25T20:00:00', false]]);
  });

  test('whose schedule changed to one that was due meanwhile is late', async () => {
    await run({ expression: '0 0 1 * * *', times: 1 });
    pass(3);
    const { runs } = await run({ expression: '0 0 */2 * * *', times: 1 });
    expect(runs.map((each) => [each.at, each.isPastDue])).toEqual([['2026-11-25T04:00:00', true]]);
  });

  test('whose schedule became rarer before it ever ran does not run for the old one', async () => {
    expect((await run({ hours: 0.25 })).runs).toEqual([]);
    const { runs } = await run({ expression: '0 0 20 * * *', times: 1 });
    expect(runs.map((each) => each.at)).toEqual(['2026-11-25T20:00:00']);
  });

  test('a few seconds late is not past due', async () => {
    await run({ times: 1 });
    subject.clock.advance(3_600_000 + 20_000);
    const { runs } = await run({ times: 1 });
    expect(runs.map((each) => [each.at, each.isPastDue])).toEqual([['2026-11-25T02:00:20', false]]);
  });

  test('ends when it is told to, also in the middle of a wait', async () => {
    expect((await run({ hours: 0.1 })).runs).toEqual([]);
  });
});
