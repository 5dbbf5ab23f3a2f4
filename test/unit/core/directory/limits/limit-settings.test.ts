import { DEFAULT_LIMIT_SETTINGS, limitSettings } from '../../../../../core/directory/limits/limit-settings';

describe('settings of the limits', () => {
  test('defaults are those of the facts (key-directory.md §4.2 and §4.3)', () => {
    expect(DEFAULT_LIMIT_SETTINGS).toEqual({
      person: { limit: 100, perMinute: 2, hit: 1, miss: 20 },
      service: { limit: 1000, perMinute: 20, hit: 1, miss: 20 },
      target: { limit: 6, perMinute: 0.1, callersPerDay: 30 },
      tenant: { limit: 5000, perMinute: 1000, hit: 1, miss: 3 },
      watch: {
        windowMinutes: 1440,
        missShare: 0.5,
        missMinReads: 20,
        distinctTargets: 200,
        adjacentWithin: 10,
        sequentialShare: 0.3,
        sequentialMinTargets: 20,
        runLength: 10,
        callersPerTarget: 20,
        canaries: [],
        blockMinutes: { canary: 60, sequential: 60, misses: 0, breadth: 0, crowd: 0 },
      },
    });
  });

  test.each([
    ['a hit above the limit', { person: { limit: 5, hit: 6 } }, 'person.hit'],
    ['a miss that is cheaper than a hit', { person: { hit: 30, miss: 20 } }, 'person.miss'],
    ['a limit that takes months to come back', { service: { limit: 100_000, perMinute: 1 } }, 'service'],
    ['no limit', { tenant: { limit: 0 } }, 'tenant.limit'],
    ['no pace', { tenant: { perMinute: 0 } }, 'tenant.perMinute'],
    ['a canary that is no number', { watch: { canaries: ['0202'] } }, 'watch.canaries.0'],
    ['what there is not', { burst: 1 }, ''],
  ])('%s is refused', (_, settings, path) => {
    const parsed = limitSettings.safeParse(settings);
    expect(parsed.error?.issues[0]?.path.join('.')).toBe(path);
  });

  test('the dearest settings stay within what a number holds exactly', () => {
    const { limit, perMinute } = limitSettings.parse({ person: { limit: 446, perMinute: 0.01 } }).person;
    const debt = limit * 1000 * Math.ceil(60_000_000 / perMinute);
    expect(Date.parse('2100-01-01') * 1000 + debt).toBeLessThan(Number.MAX_SAFE_INTEGER);
  });
});
