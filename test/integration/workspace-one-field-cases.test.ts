/** What went wrong for others with Workspace ONE, as far as it touches reading: facts/workspace-one.md §8. */
import { PartialRunError, PermanentError, ThrottledError, TransientError } from '../../core/errors';
import type { FaultRule } from '../../simulators';
import { startWorkspaceOne } from '../support/simulated-mdm';
import type { Simulated, SimulatedOptions } from '../support/simulated-mdm';
import { oneStage, walkPull } from '../support/walk-pull';
import type { WalkedPull } from '../support/walk-pull';
import type { WorkspaceOneConnector, WorkspaceOneSettings } from '../../connectors/workspace-one';

let mdm: Simulated<WorkspaceOneConnector>;
afterEach(() => mdm.close());

async function pullWith(
  faults: readonly FaultRule[],
  options: Partial<SimulatedOptions<WorkspaceOneSettings>> = {},
): Promise<WalkedPull> {
  mdm = await startWorkspaceOne({ size: 460, faults, ...options, settings: { pageSize: 100, ...options.settings } });
  return walkPull(mdm.connector.inventory, mdm);
}

const failureOf = (faults: readonly FaultRule[], options: Partial<SimulatedOptions<WorkspaceOneSettings>> = {}) =>
  pullWith(faults, options).then(
    () => null,
    (error: unknown) => error,
  );

const on = (route: string, fault: FaultRule['fault'], when: FaultRule['when'] = {}): FaultRule => ({
  route,
  fault,
  when,
});

describe('field cases', () => {
  test.each([
    { asked: 1000, cap: 500, reason: 'the server’s own limit, not told' },
    { asked: 500, cap: 200, reason: 'a lower one' },
    { asked: 50, cap: 500, reason: 'less than the limit is granted' },
  ])('3: asked for $asked rows, given $cap at most: all are read ($reason)', async ({ asked, cap }) => {
    const pull = await pullWith([on('ws1.*', { kind: 'page-size-cap', size: cap })], {
      size: 1_100,
      settings: { pageSize: asked },
    });
    expect(pull.devices.size).toBe(1_100);
    expect(pull.stages[0]?.pages).toBe(Math.ceil(1_100 / Math.min(asked, cap)));
  });

  test('4: an empty page (204) in the middle ends nothing early and nothing never', async () => {
    mdm = await startWorkspaceOne({
      size: 460,
      faults: [on('ws1.devices', { kind: 'empty' }, { page: [2] })],
      settings: { pageSize: 100 },
    });
    const pull = await walkPull(oneStage(mdm.connector.inventory, 'devices'), mdm);
    expect(pull.devices.size).toBe(360);
    // The total still says 460: the sweep sees the gap and does not take the rest for gone.
    expect(pull.stages[0]).toMatchObject({ pages: 5, expected: 460 });
  });

  test.each([
    { change: { kind: 'fleet-add', count: 140, restore: false }, at: 2, least: 600, reason: 'grows' },
    { change: { kind: 'fleet-remove', at: 0, count: 80 }, at: 2, least: 300, reason: 'shrinks' },
  ] as const)('4: a fleet that $reason while it is read ends', async ({ change, at, least }) => {
    const pull = await pullWith([on('ws1.devices', change, { page: [at] })]);
    expect(pull.devices.size).toBeGreaterThanOrEqual(least);
    expect(pull.stages[0]?.expected).toBe(mdm.fleet.size);
  });

  test('4: a device that stands twice is one device', async () => {
    const pull = await pullWith([on('ws1.devices', { kind: 'duplicate-rows', count: 3 }, { page: [1] })]);
    expect(pull.devices.size).toBe(460);
  });

  test('4: a total that is wrong leads neither into a loop nor to a silent end', async () => {
    const pull = await pullWith([on('ws1.devices', { kind: 'wrong-total', by: 5_000 })]);
    expect(pull.devices.size).toBe(460);
    expect(pull.stages[0]?.expected).toBe(5_460);
  });

  test('5, 6, 7: devices without a user, rows with absent keys and NUL characters are read like others', async () => {
    const pull = await pullWith([], { settings: { watchedApps: ['com.google.android.apps.messaging'] } });
    expect(pull.quarantined).toEqual([]);
    expect([...pull.devices.values()].some(({ user }) => user.id === null)).toBe(true);
    expect(JSON.stringify([...pull.devices.values(), ...pull.apps])).not.toContain('\\u0000');
  });

  test.each([
    { status: 429, retryAfter: 7_200, waited: 7_200_000, reason: 'Retry-After is honoured in full' },
    { status: 429, retryAfter: undefined, waited: 75_000, reason: 'without it a minute and a little chance' },
  ])('9, 17: throttled once: $reason', async ({ status, retryAfter, waited }) => {
    const pull = await pullWith([
      on('ws1.devices', { kind: 'status', status, body: 'json', retryAfter }, { page: [1], times: 1 }),
    ]);
    expect(pull).toMatchObject({ retries: 1, waited });
    expect(pull.devices.size).toBe(460);
  });

  test('11: a call that is answered in version 1 is an error that names both versions', async () => {
    const error = await failureOf([on('ws1.devices', { kind: 'wrong-version' })]);
    expect(error).toBeInstanceOf(PermanentError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/devices\/search answered in API version 1 although version 2/),
      context: { hint: expect.stringContaining('1, 2') },
    });
  });

  test('12: where the one device cannot be read, times are taken for UTC and that is told', async () => {
    const pull = await pullWith([on('ws1.device', { kind: 'status', status: 403, body: 'json' })]);
    expect(pull.devices.size).toBe(460);
    expect(pull.warnings).toEqual([expect.stringContaining('could not be measured')]);
    expect(mdm.simulators.stats().routes['ws1.device']?.requests).toBe(3);
  });

  test('12: a server that fails in that moment is asked again: no pull with hidden hours', async () => {
    const pull = await pullWith([on('ws1.device', { kind: 'status', status: 503, body: 'html' }, { times: 1 })]);
    expect(pull).toMatchObject({ warnings: [], retries: 1 });
  });

  test('17: the pull ends before the shared quota does, and says when to go on', async () => {
    const error = await failureOf([], {
      simulators: { workspaceOneOptions: { dailyQuota: 10 } },
      settings: { dailyReservePercent: 60 },
    });
    expect(error).toBeInstanceOf(PartialRunError);
    expect(error).toMatchObject({
      message: expect.stringMatching(/5 of 10 API calls are left, below the reserve of 6 \(60 %\)/),
      context: {
        connectorId: 'ws1',
        endpoint: expect.stringContaining('search'),
        hint: expect.stringContaining('2026-11-26T08'),
      },
    });
    expect(mdm.simulators.stats().statuses['429']).toBeUndefined();
  });

  test('17: with the quota spent by others it waits for the reset', async () => {
    const pull = await pullWith([], {
      simulators: { workspaceOneOptions: { dailyQuota: 4 } },
      settings: { dailyReservePercent: 0 },
    });
    expect(pull.devices.size).toBe(460);
    expect(pull.waited).toBeGreaterThan(23 * 3_600_000);
  });
});

describe('faults of the server and the way to it', () => {
  test('10 % throttling, 1 % 5xx and a token that dies mid-run lose nothing', async () => {
    const pull = await pullWith(
      [
        on('ws1.*', { kind: 'status', status: 429, body: 'json', retryAfter: 30 }, { share: 0.1 }),
        on('ws1.*', { kind: 'status', status: 502, body: 'html' }, { share: 0.01 }),
        on('ws1.devices', { kind: 'token-dies' }, { page: [20] }),
      ],
      { settings: { pageSize: 10 } },
    );
    expect(pull.devices.size).toBe(460);
    expect(pull.retries).toBeGreaterThan(2);
    expect(mdm.simulators.stats().earlyReturns).toBe(0);
  });

  test.each([
    { status: 401, kind: PermanentError },
    { status: 403, kind: PermanentError },
    { status: 404, kind: PermanentError },
    { status: 500, kind: TransientError },
  ])('$status on page 3 ends the pull with an error, never with a short list', async ({ status, kind }) => {
    const error = await failureOf([on('ws1.devices', { kind: 'status', status, body: 'json' }, { page: [3] })]);
    expect(error).toBeInstanceOf(kind);
    expect(error).toMatchObject({
      context: { endpoint: 'GET /api/mdm/devices/search', status, hint: expect.any(String) },
    });
  });

  test.each([
    { fault: { kind: 'html', status: 200 }, reason: 'an HTML page with status 200' },
    { fault: { kind: 'cut-json', declared: 'short' }, reason: 'half a document, announced as whole' },
    { fault: { kind: 'cut-json', declared: 'full' }, reason: 'half a document' },
    { fault: { kind: 'disconnect' }, reason: 'a connection that breaks' },
  ] as const)('$reason once is tried again and costs no device', async ({ fault }) => {
    const pull = await pullWith([on('ws1.devices', fault, { page: [2], times: 1 })]);
    expect(pull.devices.size).toBe(460);
    expect(pull.retries).toBe(1);
  });

  test('a redirect is refused, and the token does not travel', async () => {
    const error = await failureOf([on('ws1.devices', { kind: 'redirect', status: 302 }, { page: [1] })]);
    expect(error).toBeInstanceOf(PermanentError);
    expect(mdm.simulators.stats().foreign).toEqual({ requests: 0, withAuthorization: 0 });
  });

  test('the app stage fails alone: the devices are there', async () => {
    mdm = await startWorkspaceOne({
      size: 600,
      faults: [on('ws1.apps', { kind: 'status', status: 403, body: 'json' })],
      settings: { watchedApps: ['com.google.android.apps.messaging'] },
    });
    const stages = mdm.connector.inventory.stages({ mode: 'full' });
    expect(stages.find(({ name }) => name === 'apps')?.optional).toBe(true);
    await expect(walkPull(mdm.connector.inventory, mdm)).rejects.toMatchObject({
      context: { endpoint: 'GET /api/mam/apps/search', hint: expect.stringContaining('REST API Apps: Read') },
    });
    const pull = await walkPull(oneStage(mdm.connector.inventory, 'devices'), mdm);
    expect(pull.devices.size).toBe(600);
  });

  test('a token host that nobody answers on is told with its endpoint', async () => {
    const error = await failureOf([], {
      simulators: {},
      settings: {
        auth: { tokenUrl: 'http://127.0.0.1:1/connect/token', clientId: 'x', clientSecret: 'y', tenantCode: null },
      },
    });
    expect(error).toBeInstanceOf(TransientError);
    expect(error).toMatchObject({ context: { endpoint: 'POST /connect/token' } });
  });

  test('throttling of the token endpoint is throttling of the pull', async () => {
    mdm = await startWorkspaceOne({
      size: 10,
      faults: [on('ws1.token', { kind: 'status', status: 429, body: 'json', retryAfter: 120 })],
    });
    await expect(walkPull(mdm.connector.inventory, { ...mdm, attempts: 1 })).rejects.toBeInstanceOf(ThrottledError);
  });
});
