/**
 * What the three bundles register, as the Functions worker would see it. The tables are written by hand: they are what the
 * documentation, the infrastructure and callers rely on (CONTRACT.md §4).
 */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Binding } from '../../../host/functions-core';
import { bundleEntry } from '../../support/bundle-entry';
import type { Registrations } from '../../support/registrations';

const root = path.join(__dirname, '../../..');
const APPS = ['functions', 'edge', 'worker'] as const;
type App = (typeof APPS)[number];

/** Name | trigger | what it listens to. Routes are below `/api`; every HTTP function is open to the host and checks for itself. */
const HTTP = {
  health: 'GET health anonymous',
  'sweep-status': 'GET v1/sweeps/{runId?} anonymous',
  'sweep-request': 'POST v1/sweeps anonymous',
};
const QUEUES = {
  'sweep-start': '%SWEEP_START_QUEUE% MusterStorage',
  'sweep-start-poison': '%SWEEP_START_QUEUE%-poison MusterStorage',
  'sweep-page': '%SWEEP_PAGE_QUEUE% MusterStorage',
  'sweep-page-poison': '%SWEEP_PAGE_QUEUE%-poison MusterStorage',
  'sweep-finish': '%SWEEP_FINISH_QUEUE% MusterStorage',
  'sweep-finish-poison': '%SWEEP_FINISH_QUEUE%-poison MusterStorage',
  'report-publish': '%REPORT_PUBLISH_QUEUE% MusterStorage',
  'report-publish-poison': '%REPORT_PUBLISH_QUEUE%-poison MusterStorage',
};
const TIMERS = {
  'sweep-timer': '%SWEEP_SCHEDULE%',
  'feed-refresh': '%FEED_SCHEDULE%',
  'retention-prune': '%PRUNE_SCHEDULE%',
};
const EXPECTED: Readonly<Record<App, Readonly<Record<string, string>>>> = {
  functions: { ...HTTP, ...QUEUES, ...TIMERS },
  edge: HTTP,
  worker: { health: HTTP.health, ...QUEUES, ...TIMERS },
};

let folder: string;
let found: Registrations;
const bundleOf = (app: App): string => path.join(folder, `${app}.cjs`);

function node(...args: string[]): { readonly out: string; readonly notes: string } {
  const { status, signal, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8', timeout: 60_000 });
  // A process that something kept alive would have been killed by the time limit.
  expect({ status, signal, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, signal: null, stderr: '' });
  return { out: stdout, notes: stderr };
}

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'muster-functions-'));
  const builder = pathToFileURL(path.join(root, 'build/bundle-functions.mjs')).href;
  const options = JSON.stringify({ outdir: folder, sourcemap: false });
  node('--input-type=module', '-e', `(await import('${builder}')).bundleFunctions(${options})`);
  const { file, remove } = bundleEntry('test/support/registrations.ts');
  try {
    found = JSON.parse(node(file, ...APPS.map(bundleOf)).out) as Registrations;
  } finally {
    remove();
  }
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The one trigger of each function. */
function triggersOf(app: App): ReadonlyMap<string, Binding> {
  return new Map(
    Object.entries(found.apps[bundleOf(app)] ?? {}).map(([name, bindings]) => {
      const triggers = Object.values(bindings).filter(({ type }) => type.endsWith('Trigger'));
      expect(triggers).toHaveLength(1);
      return [name, triggers[0]!];
    }),
  );
}

function line(trigger: Binding): string {
  switch (trigger.type) {
    case 'httpTrigger':
      return `${String(trigger['methods'])} ${String(trigger['route'])} ${String(trigger['authLevel'])}`;
    case 'queueTrigger':
      return `${String(trigger['queueName'])} ${String(trigger['connection'])}`;
    case 'timerTrigger':
      return String(trigger['schedule']);
    default:
      return trigger.type;
  }
}

const ofType = (app: App, type: string): [string, Binding][] =>
  [...triggersOf(app)].filter(([, trigger]) => trigger.type === type);

describe.each(APPS)('the bundle %s', (app) => {
  test('registers these functions and no others', () => {
    const registered = [...triggersOf(app)].map(([name, trigger]) => [name, line(trigger)]);
    expect(Object.fromEntries(registered)).toEqual(EXPECTED[app]);
  });

  test('has for every queue function one for its poison queue', () => {
    const queues = ofType(app, 'queueTrigger').map(([name]) => name);
    const plain = queues.filter((name) => !name.endsWith('-poison'));
    expect(queues.filter((name) => name.endsWith('-poison'))).toEqual(plain.map((name) => `${name}-poison`));
  });

  test('says of every HTTP function which methods and which level of access', () => {
    // Left out, the library fills in GET and POST, and anonymous: facts/azure-functions.md §2.9.
    for (const [, { methods, authLevel }] of ofType(app, 'httpTrigger')) {
      expect(methods).toHaveLength(1);
      expect(authLevel).toBe('anonymous');
    }
  });

  test('has no route that the host keeps for itself', () => {
    const routes = ofType(app, 'httpTrigger').map(([, { route }]) => String(route));
    expect(routes.length).toBeGreaterThan(0);
    expect(routes.filter((route) => /^\/?(admin|runtime)/i.test(route))).toEqual([]);
  });

  test('runs no schedule on startup, and has the platform keep what was missed', () => {
    for (const [, trigger] of ofType(app, 'timerTrigger')) {
      expect(trigger).toMatchObject({ runOnStartup: false, useMonitor: true });
    }
  });

  test('outside of a worker prints the warnings of the library and nothing else', () => {
    const { out, notes } = node(bundleOf(app));
    expect(out).toBe('');
    const warnings = notes.trimEnd().split('\n');
    expect(warnings[0]).toMatch(/Switching "@azure\/functions" package to test mode/);
    const skipped = warnings
      .slice(1)
      .map((warning) => /Skipping call to register function "([^"]+)"/.exec(warning)?.[1]);
    expect(skipped.sort()).toEqual(Object.keys(EXPECTED[app]).sort());
  });
});

test('the edge app has HTTP functions only; the worker app answers nothing but health', () => {
  expect(new Set([...triggersOf('edge').values()].map(({ type }) => type))).toEqual(new Set(['httpTrigger']));
  expect(ofType('worker', 'httpTrigger').map(([name]) => name)).toEqual(['health']);
});

test('loading opens no connection and starts no timer', () => {
  expect(found.active.filter((kind) => !/Pipe|TTY|FSReq|CloseReq/.test(kind))).toEqual([]);
});

test('the edge app holds no code that could reach an MDM', () => {
  const MDM = /mobile-devices\/detail|deviceManagement\/|aw-tenant-code/i;
  expect(readFileSync(bundleOf('worker'), 'utf8')).toMatch(MDM);
  expect(readFileSync(bundleOf('edge'), 'utf8')).not.toMatch(MDM);
});
