import fc from 'fast-check';
import { makePageBudget } from '../../../../core/sweep/page-budget';
import { openSweepFixture } from '../../../support/sweep-fixture';
import type { SweepFixture } from '../../../support/sweep-fixture';

describe('the pace of an MDM tenant over all processes', () => {
  let fixture: SweepFixture;
  beforeEach(async () => {
    fixture = await openSweepFixture({ sources: [] });
  });
  afterEach(() => fixture.close());

  /** As many processes as asked for, on one store. */
  const processes = (count: number, pagesPerMinute: number): ReturnType<typeof makePageBudget>[] =>
    Array.from({ length: count }, () => makePageBudget(fixture.state.entities, fixture.clock, () => pagesPerMinute));

  test('pages that come slower than the pace never wait', async () => {
    const [budget] = processes(1, 60);
    for (let at = 0; at < 10; at += 1) {
      expect(await budget!.reserve('jamf')).toBe(0);
      fixture.clock.advance(1000);
    }
  });

  test('whatever comes at once is spread at the pace, over all processes together', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 40 }), async (count, pages) => {
        fixture.clock.advance(3_600_000);
        const budgets = processes(count, 60);
        const waits: number[] = [];
        for (let at = 0; at < pages; at += 1) waits.push(await budgets[at % count]!.reserve('jamf'));
        // One a second, after a burst of two seconds: the last one begins no sooner than that, and no two share a moment.
        expect(Math.max(...waits)).toBe(Math.max(0, (pages - 3) * 1000));
        const delayed = waits.filter((wait) => wait > 0);
        expect(new Set(delayed).size).toBe(delayed.length);
      }),
      { numRuns: 20 },
    );
  });

  test('two processes that ask at the same moment get different places', async () => {
    const budgets = processes(8, 60);
    const waits = await Promise.all(budgets.map((budget) => budget.reserve('jamf')));
    expect(waits.sort((one, other) => one - other)).toEqual([0, 0, 0, 1000, 2000, 3000, 4000, 5000]);
  });

  test('a pause that one process was asked for holds for all', async () => {
    const [one, other] = processes(2, 600);
    await one!.pause('jamf', fixture.clock.now() + 90_000);
    expect(await other!.reserve('jamf')).toBe(90_000);
    expect(await other!.reserve('jamf')).toBe(90_100);
  });

  test('a shorter pause does not shorten a longer one, and connectors do not share one', async () => {
    const [budget] = processes(1, 600);
    await budget!.pause('jamf', fixture.clock.now() + 90_000);
    await budget!.pause('jamf', fixture.clock.now() + 1000);
    expect(await budget!.reserve('jamf')).toBe(90_000);
    expect(await budget!.reserve('ws1')).toBe(0);
  });
});
