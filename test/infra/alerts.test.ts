import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describeWithBicep, infraFolder, predictedOf } from '../support/bicep';
import type { PredictedResource } from '../support/bicep';
import { runKql } from '../support/kql';
import type { Row } from '../support/kql';

const alertsFolder = path.join(infraFolder, 'alerts');
const files = readdirSync(alertsFolder).sort();
const queryOf = (file: string) => readFileSync(path.join(alertsFolder, file), 'utf8');
const NOW = new Date('2026-11-25T12:00:00Z');

/** What the code writes: the fields of each event, besides `time`, `level` and `event`. */
const EVENTS: Readonly<Record<string, readonly string[]>> = {
  'run-started': ['runId'],
  'run-ended': ['runId', 'state', 'mode', 'devices', 'durationMs'],
  'run-refused': ['runId', 'reason'],
  'page-done': ['runId', 'connectorId', 'page', 'rows', 'devices', 'quarantined'],
  'message-parked': ['queue', 'reason'],
  'brake-held': ['runId', 'brake'],
  'access-refused': ['runId', 'connectorId', 'endpoint', 'status'],
  'feed-stale': ['feed', 'ageHours'],
};

/** A line as Application Insights keeps it, `hours` before now. */
function line(hours: number, event: string, fields: Readonly<Record<string, unknown>> = {}): Row {
  const time = new Date(NOW.getTime() - hours * 3_600_000);
  const unknown = Object.keys(fields).filter((field) => EVENTS[event]?.includes(field) !== true);
  if (unknown.length > 0) throw new Error(`${event} has no ${unknown.join()}`);
  return {
    TimeGenerated: time,
    Message: JSON.stringify({ time: time.toISOString(), level: 'info', event, ...fields }),
  };
}
const complete = (hours: number): Row =>
  line(hours, 'run-ended', { runId: 'r1', state: 'complete', mode: 'full', devices: 10, durationMs: 1 });
const ended = (state: string): Row => line(0.1, 'run-ended', { runId: 'r1', state });
/** Lines of the host and of libraries lie in the same table. */
const noise: readonly Row[] = [
  { TimeGenerated: NOW, Message: 'Host started (123ms)' },
  { TimeGenerated: NOW, Message: '"run-ended"' },
  { TimeGenerated: NOW, Message: '{"event":' },
];

const parked = line(0.1, 'message-parked', { queue: 'sweep-page', reason: 'dequeued 5 times' });
const held = line(0.1, 'brake-held', { runId: 'r1', brake: 'shrunk fleet' });
const refused = line(0.1, 'access-refused', {
  runId: 'r1',
  connectorId: 'jamf',
  endpoint: '/api/v2/mobile-devices/detail',
  status: 401,
});
const stale = line(3, 'feed-stale', { feed: 'apple-os', ageHours: 80 });
const page = (hours: number): Row =>
  line(hours, 'page-done', { runId: 'r1', connectorId: 'jamf', page: 1, rows: 5, devices: 5, quarantined: 0 });

/** Rule, what was written, whether somebody is told. */
const CASES: readonly [string, string, readonly Row[], boolean][] = [
  ['no-complete-run', 'nothing was written at all', [], true],
  ['no-complete-run', 'a sweep completed an hour ago', [complete(1)], false],
  ['no-complete-run', 'a sweep completed 23 hours ago', [complete(23), ended('partial')], false],
  ['no-complete-run', 'the last complete sweep is 25 hours ago', [complete(25)], true],
  ['no-complete-run', 'all sweeps were partial', [ended('partial'), ended('failed')], true],
  ['partial-run', 'a sweep was partial', [ended('partial')], true],
  ['partial-run', 'a sweep failed', [complete(0.2), ended('failed')], true],
  [
    'partial-run',
    'a sweep was refused',
    [line(0.1, 'run-refused', { runId: 'r1', reason: 'another is running' })],
    true,
  ],
  ['partial-run', 'a sweep was held, which has a rule of its own', [ended('held')], false],
  ['partial-run', 'a sweep was complete', [ended('complete')], false],
  ['sweep-stalled', 'a sweep began and was never heard of again', [line(3, 'run-started', { runId: 'r1' })], true],
  ['sweep-stalled', 'its last page is three hours old', [line(5, 'run-started', { runId: 'r1' }), page(3)], true],
  ['sweep-stalled', 'its last page is an hour old', [line(5, 'run-started', { runId: 'r1' }), page(1)], false],
  [
    'sweep-stalled',
    'it ended, if partial',
    [line(5, 'run-started', { runId: 'r1' }), page(3), line(2.5, 'run-ended', { runId: 'r1', state: 'partial' })],
    false,
  ],
  [
    'sweep-stalled',
    'another one ended',
    [line(5, 'run-started', { runId: 'r1' }), line(3, 'run-ended', { runId: 'r2', state: 'complete' })],
    true,
  ],
  ['poison-message', 'a message was parked', [parked], true],
  ['poison-message', 'none was', [held, refused, complete(0.1)], false],
  ['brake-held', 'a brake held', [held], true],
  ['brake-held', 'none did', [parked, ended('held')], false],
  ['access-refused', 'an MDM refused', [refused, refused], true],
  ['access-refused', 'none did', [ended('failed'), parked], false],
  ['feed-stale', 'a feed is stale', [stale], true],
  ['feed-stale', 'it was, two days ago', [line(49, 'feed-stale', { feed: 'apple-os', ageHours: 80 })], false],
];

const HOURS: Readonly<Record<string, number>> = {
  PT15M: 0.25,
  PT30M: 0.5,
  PT1H: 1,
  PT2H: 2,
  PT6H: 6,
  P1D: 24,
  P2D: 48,
};

describe('queries of alerts', () => {
  test.each(files)('%s says how bad it is, what fires it and where to read on', (file) => {
    const name = file.replace(/\.kql$/, '');
    const header = queryOf(file)
      .split('\n')
      .filter((text) => text.startsWith('//'));
    expect(header[0]).toMatch(/^\/\/ severity: [0-4]$/);
    expect(header[1]).toMatch(/^\/\/ fires: \S.{20}/);
    expect(header.at(-1)).toBe(`// runbook: docs/runbook.md#${name}`);
  });

  test.each(files)('%s asks for events and fields that are written', (file) => {
    const text = queryOf(file).replace(/^\/\/.*$/gm, '');
    const named = [...text.matchAll(/"([a-z]+-[a-z]+)"/g)].map(([, event]) => event ?? '');
    expect(named.filter((event) => EVENTS[event] === undefined)).toEqual([]);
    expect(named.length).toBeGreaterThan(0);
    const written = new Set(['event', ...named.flatMap((event) => EVENTS[event] ?? [])]);
    expect(
      [...text.matchAll(/\br\.(\w+)/g)].map(([, field]) => field ?? '').filter((field) => !written.has(field)),
    ).toEqual([]);
  });

  test.each([
    '| where TimeGenerated has "x"',
    '| join (AppTraces) on r',
    '| where strlen(Message) > 3',
    '| where Nothing == 1',
  ])('what the tests do not know is an error and not a guess: %s', (step) =>
    expect(() => runKql(`AppTraces\n${step}`, { AppTraces: noise }, NOW)).toThrow(),
  );
});

const runbook = path.join(infraFolder, '..', 'docs', 'runbook.md');
const testRunbook = existsSync(runbook) ? test : test.skip;
if (!existsSync(runbook))
  process.stderr.write('skipped: anchors of alerts in the runbook: docs/runbook.md is not there\n');

describeWithBicep('alert rules', () => {
  let resources: readonly PredictedResource[];
  let rules: ReadonlyMap<string, PredictedResource>;
  const rulesOf = (all: readonly PredictedResource[]) =>
    new Map(
      all
        .filter(({ type }) => type === 'Microsoft.Insights/scheduledQueryRules')
        .map((rule) => [rule.name.replace(/^muster-(pilot|production)-/, ''), rule] as const),
    );
  /** As the platform does: rows of the window, the query, then their number against the threshold. */
  function fires(rule: PredictedResource, written: readonly Row[]): boolean {
    const [condition] = rule.properties.criteria.allOf;
    const hours = HOURS[rule.properties.windowSize] ?? NaN;
    const seen = written.filter(
      ({ TimeGenerated }) => (TimeGenerated as Date).getTime() > NOW.getTime() - hours * 3_600_000,
    );
    const rows = runKql(condition.query, { AppTraces: seen }, NOW).length;
    expect(condition.timeAggregation).toBe('Count');
    return condition.operator === 'LessThan' ? rows < condition.threshold : rows > condition.threshold;
  }

  beforeAll(() => {
    resources = predictedOf('production.bicepparam');
    rules = rulesOf(resources);
  });

  test('every query file has a rule and every rule a query file, of the same severity', () => {
    expect([...rules.keys()].map((name) => `${name}.kql`).sort()).toEqual(files);
    for (const [name, { properties }] of rules) {
      expect(properties.criteria.allOf).toEqual([expect.objectContaining({ query: queryOf(`${name}.kql`) })]);
      expect(queryOf(`${name}.kql`)).toMatch(new RegExp(`^// severity: ${properties.severity}\n`));
    }
  });

  test.each(CASES)('%s: %s', (name, _, written, told) => {
    const rule = rules.get(name);
    expect(rule).toBeDefined();
    expect(fires(rule as PredictedResource, [...noise, ...written])).toBe(told);
  });

  test('every rule has a case that fires it and one that does not', () => {
    for (const name of rules.keys())
      expect(new Set(CASES.filter(([rule]) => rule === name).map(([, , , told]) => told))).toEqual(
        new Set([true, false]),
      );
  });

  test('another number of hours without a complete sweep reaches the query', () => {
    const parameters = (hours: number) => ({ parameters: `param noCompleteRunHours = ${hours}` });
    const at = (hours: number) =>
      rulesOf(predictedOf('pilot.bicepparam', parameters(hours))).get('no-complete-run') as PredictedResource;
    expect(fires(at(36), [complete(35)])).toBe(false);
    expect(fires(at(36), [complete(37)])).toBe(true);
    expect(fires(at(12), [complete(11)])).toBe(false);
    expect(fires(at(12), [complete(13)])).toBe(true);
  });

  test('every alert, of metrics too, is on and tells the one action group', () => {
    const [group, ...others] = resources.filter(({ type }) => type === 'Microsoft.Insights/actionGroups');
    expect(others).toEqual([]);
    expect(group?.properties.emailReceivers.length).toBeGreaterThan(0);
    for (const { properties } of rules.values()) {
      expect(properties.enabled).toBe(true);
      expect(properties.actions.actionGroups).toEqual([group?.id]);
    }
    const metrics = resources.filter(({ type }) => type === 'Microsoft.Insights/metricAlerts');
    expect(metrics).toHaveLength(4);
    for (const { properties } of metrics) expect(properties.actions).toEqual([{ actionGroupId: group?.id }]);
    const watched = metrics.flatMap(({ properties }) => properties.scopes as readonly string[]).sort();
    expect(watched).toEqual(
      resources
        .filter(({ type }) => ['Microsoft.KeyVault/vaults', 'Microsoft.Storage/storageAccounts'].includes(type))
        .map(({ id }) => id)
        .sort(),
    );
  });

  test('rules run on the workspace that the apps write to', () => {
    const workspace = resources.find(({ type }) => type === 'Microsoft.OperationalInsights/workspaces');
    for (const { properties } of rules.values()) expect(properties.scopes).toEqual([workspace?.id]);
  });

  test('windows are ones that Azure takes, no shorter than the time between evaluations, and mute excludes resolving', () => {
    for (const { properties } of rules.values()) {
      const [window = NaN, frequency = NaN] = [properties.windowSize, properties.evaluationFrequency].map(
        (text) => HOURS[text],
      );
      expect(window).toBeGreaterThanOrEqual(2 * frequency);
      expect(window).toBeLessThanOrEqual(48);
      expect(properties.autoMitigate).toBe(
        properties.muteActionsDuration === undefined || properties.muteActionsDuration === null,
      );
    }
  });

  testRunbook('the runbook has a section for every alert', () => {
    const headings = readFileSync(runbook, 'utf8')
      .split('\n')
      .filter((text) => text.startsWith('#'));
    const anchors = headings.map((text) =>
      text
        .replace(/^#+ /, '')
        .toLowerCase()
        .replace(/[^\w\- ]/g, '')
        .replaceAll(' ', '-'),
    );
    const wanted = JSON.stringify(resources).matchAll(/docs\/runbook\.md#([\w-]+)/g);
    expect(
      [...new Set([...wanted].map(([, anchor]) => anchor ?? ''))].filter((anchor) => !anchors.includes(anchor)),
    ).toEqual([]);
  });
});
