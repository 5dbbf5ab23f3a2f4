import { appSettingsSchema, queueNames, readAppSettings } from '../../../config/app-settings';
import { ConfigError } from '../../../core/errors';
import { nextOccurrence } from '../../../host/timer-schedule';

const DEFAULTS = {
  MUSTER_CONFIG: 'muster.yaml',
  MUSTER_LOG: 'info',
  SWEEP_START_QUEUE: 'sweep-start',
  SWEEP_PAGE_QUEUE: 'sweep-page',
  SWEEP_FINISH_QUEUE: 'sweep-finish',
  REPORT_PUBLISH_QUEUE: 'report-publish',
  SWEEP_SCHEDULE: '0 0 1,7,13,19 * * *',
  FEED_SCHEDULE: '0 30 */6 * * *',
  PRUNE_SCHEDULE: '0 15 3 * * *',
};

function problemsOf(environment: Record<string, string>): Record<string, string> {
  try {
    readAppSettings(environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(error.problems.map(({ path, message }) => [path, message]));
  }
  return {};
}

test('what is not set has its default', () => {
  expect(readAppSettings({})).toEqual(DEFAULTS);
});

test('what is set is taken, and what the platform sets besides is let alone', () => {
  const own = { MUSTER_LOG: 'debug', SWEEP_PAGE_QUEUE: 'contoso-page', SWEEP_SCHEDULE: '0 0 2 * * *' };
  expect(readAppSettings({ ...own, PATH: '/usr/bin', AzureWebJobsStorage__accountName: 'muster' })).toEqual({
    ...DEFAULTS,
    ...own,
  });
});

test('every setting says what it is for', () => {
  for (const setting of Object.values(appSettingsSchema.shape)) expect(setting.description).toMatch(/\w{3,}.*\.$/);
});

test('every default schedule comes true on the platform’s clock', () => {
  const start = Date.parse('2026-11-25T00:00:00.000Z');
  const next = (expression: string): string => new Date(nextOccurrence(expression, start)).toISOString();
  expect([DEFAULTS.SWEEP_SCHEDULE, DEFAULTS.FEED_SCHEDULE, DEFAULTS.PRUNE_SCHEDULE].map(next)).toEqual([
    '2026-11-25T01:00:00.000Z',
    '2026-11-25T00:30:00.000Z',
    '2026-11-25T03:15:00.000Z',
  ]);
});

describe('is refused', () => {
  test.each<{ name: string; value: string; why: string }>([
    { name: 'MUSTER_CONFIG', value: '', why: 'no file' },
    { name: 'MUSTER_LOG', value: 'verbose', why: 'a level that there is not' },
    { name: 'MUSTER_LOG', value: 'INFO', why: 'a level in capitals' },
    { name: 'SWEEP_PAGE_QUEUE', value: 'Sweep-Page', why: 'a queue in capitals' },
    { name: 'SWEEP_PAGE_QUEUE', value: 'ab', why: 'a queue of two letters' },
    { name: 'SWEEP_PAGE_QUEUE', value: 'sweep--page', why: 'two hyphens' },
    { name: 'SWEEP_PAGE_QUEUE', value: '-sweep', why: 'a hyphen first' },
    { name: 'SWEEP_PAGE_QUEUE', value: 'sweep-', why: 'a hyphen last' },
    { name: 'SWEEP_PAGE_QUEUE', value: 'sweep_page', why: 'an underscore' },
    { name: 'SWEEP_PAGE_QUEUE', value: 'q'.repeat(57), why: 'a name whose poison queue would have 64 characters' },
    { name: 'SWEEP_PAGE_QUEUE', value: `q${'-q'.repeat(28)}`, why: 'the same with hyphens' },
    { name: 'SWEEP_SCHEDULE', value: '0 1 * * *', why: 'five fields' },
    { name: 'SWEEP_SCHEDULE', value: '0 0 1 * * * *', why: 'seven fields' },
    { name: 'SWEEP_SCHEDULE', value: 'hourly', why: 'a word' },
    { name: 'FEED_SCHEDULE', value: '', why: 'nothing' },
  ])('$name: $why', ({ name, value }) => {
    expect(Object.keys(problemsOf({ [name]: value }))).toEqual([name]);
  });

  test('all that is wrong at once, each with its name and a place to read on', () => {
    const bad = { MUSTER_LOG: 'loud', SWEEP_START_QUEUE: 'X', PRUNE_SCHEDULE: 'daily' };
    expect(problemsOf(bad)).toEqual({
      MUSTER_LOG: expect.stringContaining('"debug"'),
      SWEEP_START_QUEUE: 'must be the name of a storage queue',
      PRUNE_SCHEDULE: 'must be an NCRONTAB expression with six fields',
    });
    expect(() => readAppSettings(bad)).toThrow(ConfigError);
    expect(() => readAppSettings(bad)).toThrow('the settings of the Function App cannot be used');
  });

  test.each(['abc', '0-a', 'q'.repeat(56)])('but not a queue called %s', (value) => {
    expect(problemsOf({ SWEEP_PAGE_QUEUE: value })).toEqual({});
  });
});

test('each queue is known by the name that the settings give it', () => {
  const settings = readAppSettings({ SWEEP_START_QUEUE: 'a-start', REPORT_PUBLISH_QUEUE: 'a-report' });
  expect([...queueNames(settings)]).toEqual([
    ['sweep-start', 'a-start'],
    ['sweep-page', 'sweep-page'],
    ['sweep-finish', 'sweep-finish'],
    ['report-publish', 'a-report'],
  ]);
});
