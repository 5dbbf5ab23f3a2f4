import { makeDailyQuota } from '../../../../simulators/workspace-one/daily-quota';

const DAY_MS = 86_400_000;

describe('the daily quota', () => {
  it('counts down, refuses when spent, and begins anew a day after the first call', () => {
    let now = 5_000_500;
    const quota = makeDailyQuota(2, { now: () => now });
    now = 6_000_000;
    // The window starts with the first call, not before it: facts/workspace-one.md §3.
    const reset = (6_000_000 + DAY_MS) / 1000;
    expect(quota.spend()).toEqual({ limit: 2, remaining: 1, reset, isAdmitted: true });
    now += 1000;
    expect(quota.spend()).toEqual({ limit: 2, remaining: 0, reset, isAdmitted: true });
    expect(quota.spend()).toEqual({ limit: 2, remaining: 0, reset, isAdmitted: false });
    now = 6_000_000 + DAY_MS;
    expect(quota.spend()).toMatchObject({ remaining: 1, isAdmitted: true, reset: reset + DAY_MS / 1000 });
  });
});
