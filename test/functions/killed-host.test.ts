/** A host that is killed without warning, again and again, and pages that always fail. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SILENT } from '../../core/ports/telemetry';
import { makeParkedMessages } from '../../core/sweep/parked-messages';
import { makeRunRepository } from '../../core/sweep/run-repository';
import { TABLES } from '../../core/sweep/tables';
import { parseFaultRules, startSimulators } from '../../simulators';
import type { Simulators } from '../../simulators';
import { openEmbeddedState } from '../../storage/sqlite/open-state';
import { openAzureState } from '../../storage/azure/open-state';
import type { EntityStore } from '../../core/ports/entity-store';
import type { WorkQueue } from '../../core/ports/work-queue';
import type { State } from '../../compose/state';
import { startAzurite } from '../support/azurite';
import { fleetOf } from '../support/fleet-of';
import { eventually, issueToken, startServe } from '../support/serve';
import type { Served } from '../support/serve';

jest.setTimeout(300_000);

const NOW = Date.now();
const clock = { now: () => Date.now() };

interface Swept {
  readonly runId: string;
  readonly state: string;
  readonly reason: string | null;
  readonly readiness: unknown;
  readonly tombstones: unknown;
  readonly connectors: readonly {
    readonly id: string;
    readonly state: string;
    readonly devices: number;
    readonly reason: string | null;
  }[];
}

interface Site {
  readonly config: string;
  readonly simulators: Simulators;
  readonly serve: (leaseSeconds?: number) => Promise<Served>;
  readonly entities: <T>(work: (store: EntityStore) => Promise<T>) => Promise<T>;
  readonly queue: <T>(work: (queue: WorkQueue) => Promise<T>) => Promise<T>;
  readonly close: () => Promise<void>;
}

async function openSite(kind: 'SQLite' | 'Azurite'): Promise<Site> {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-killed-'));
  const simulators = await startSimulators({
    intune: 0,
    jamf: 600,
    workspaceOne: 1200,
    seed: 5,
    latency: 'none',
    faults: [],
    port: 0,
    now: NOW,
  });
  const azurite = kind === 'Azurite' ? await startAzurite() : null;
  const config = path.join(folder, 'muster.yaml');
  writeFileSync(path.join(folder, 'policy.yaml'), readFileSync(path.join(__dirname, '../../policies/demo.yaml')));
  const text = simulators.config('state', 'policy.yaml').replace('kind: jamf', 'kind: jamf\n    pageSize: 50');
  const state = `state: { kind: azure-storage, connectionString: ${JSON.stringify(azurite?.connectionString)} }`;
  writeFileSync(config, azurite === null ? text : text.replace(/^state:.*$/m, state));
  const token = await issueToken(config, ['Operations.Read', 'Operations.Run']);
  const withState = async <T>(work: (state: Pick<State, 'entities' | 'queue'>) => Promise<T>): Promise<T> => {
    const opened =
      azurite === null
        ? await openEmbeddedState(path.join(folder, 'state'), { clock })
        : openAzureState(
            { kind: 'connection-string', connectionString: azurite.connectionString },
            { clock, telemetry: SILENT },
          );
    try {
      return await work(opened);
    } finally {
      opened.close();
    }
  };
  return {
    config,
    simulators,
    serve: (leaseSeconds = 60) => startServe({ config, token, leaseSeconds }),
    entities: (work) => withState(({ entities }) => work(entities)),
    queue: (work) => withState(({ queue }) => work(queue)),

    async close() {
      await simulators.close();
      await azurite?.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ask(served: Served): Promise<string> {
  const answer = await served.fetch('v1/sweeps', { method: 'POST' });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { runId: string }).runId;
}

function ended(served: Served, runId: string, seconds = 120): Promise<Swept> {
  return eventually('the run ends', seconds, async () => {
    const answer = await served.fetch(`v1/sweeps/${runId}`);
    const run = (await answer.json()) as Swept;
    return answer.status === 200 && run.state !== 'running' ? run : null;
  });
}

/** Redelivery and refusal are the same code on both: the slower emulator repeats what storage could make different. */
const ALWAYS = ['SQLite', 'Azurite'] as const;
const ONCE = ['SQLite'] as const;

describe('a host', () => {
  test.each(ALWAYS)(
    'on %s that is killed at any moment and started again leaves what an undisturbed one leaves',
    async (kind) => {
      const calm = await openSite(kind);
      const site = await openSite(kind);
      try {
        const quiet = await calm.serve();
        const undisturbed = await ended(quiet, await ask(quiet));
        await quiet.stop();

        site.simulators.setFaults(parseFaultRules([{ route: '*', fault: { kind: 'slow', ms: 60 } }]));
        let served = await site.serve(2);
        const runId = await ask(served);
        for (const requests of [5, 11, 7]) {
          const before = site.simulators.stats().requests;
          await eventually('the sweep goes on', 60, async () =>
            site.simulators.stats().requests >= before + requests ? true : null,
          );
          await served.kill();
          served = await site.serve(2);
        }
        site.simulators.setFaults([]);
        const swept = await ended(served, runId);
        await served.stop();

        expect(swept).toMatchObject({ state: 'complete', readiness: undisturbed.readiness });
        expect(swept.connectors.map(({ id, devices }) => [id, devices])).toEqual(
          undisturbed.connectors.map(({ id, devices }) => [id, devices]),
        );
        expect(await fleetOf(site.config)).toEqual(await fleetOf(calm.config));
      } finally {
        await calm.close();
        await site.close();
      }
    },
  );

  test.each(ONCE)('on %s whose pages come again while they are in work leaves the same', async (kind) => {
    const calm = await openSite(kind);
    const site = await openSite(kind);
    try {
      const quiet = await calm.serve();
      const undisturbed = await ended(quiet, await ask(quiet));
      await quiet.stop();

      // A page takes longer than its message stays with it: every message is handed out at least twice at the same time.
      site.simulators.setFaults(
        parseFaultRules(['jamf.devices', 'ws1.devices'].map((route) => ({ route, fault: { kind: 'slow', ms: 1500 } }))),
      );
      const served = await site.serve(1);
      const swept = await ended(served, await ask(served));
      await served.stop();
      const asked = site.simulators.stats().routes['jamf.devices']?.requests ?? 0;
      expect(asked).toBeGreaterThan(12);

      expect(swept).toMatchObject({ state: 'complete', readiness: undisturbed.readiness });
      expect(swept.connectors.map(({ id, devices }) => [id, devices])).toEqual(
        undisturbed.connectors.map(({ id, devices }) => [id, devices]),
      );
      expect(await fleetOf(site.config)).toEqual(await fleetOf(calm.config));
    } finally {
      await calm.close();
      await site.close();
    }
  });

  test.each(ONCE)('on %s keeps a message of a version that it does not know at once, and goes on', async (kind) => {
    const site = await openSite(kind);
    try {
      await site.queue((queue) => queue.send('sweep-page', '{"v":99,"runId":"of tomorrow"}'));
      await site.queue((queue) => queue.send('sweep-finish', 'no JSON at all'));
      const served = await site.serve();
      const kept = await eventually('both are kept', 30, () =>
        site.entities(async (store) => {
          const parked = makeParkedMessages(store, clock);
          const found = [...(await parked.list('sweep-page', 10)), ...(await parked.list('sweep-finish', 10))];
          return found.length === 2 ? found : null;
        }),
      );
      expect(kept.map(({ body, reason }) => [body, reason])).toEqual([
        ['{"v":99,"runId":"of tomorrow"}', 'not a message of a version that is known here'],
        ['no JSON at all', 'not a message of a version that is known here'],
      ]);
      expect(await ended(served, await ask(served))).toMatchObject({ state: 'complete' });
      await served.stop();
    } finally {
      await site.close();
    }
  });

  test.each(ALWAYS)(
    'on %s where a page always fails: it is kept with its reason, the run ends partial, and nothing is gone',
    async (kind) => {
      const site = await openSite(kind);
      try {
        const served = await site.serve();
        expect(await ended(served, await ask(served))).toMatchObject({ state: 'complete' });
        site.simulators.setFaults(parseFaultRules([{ route: 'ws1.devices', fault: { kind: 'slow', ms: 500 } }]));
        const runId = await ask(served);
        await eventually('the sweep starts', 30, async () =>
          (await served.fetch(`v1/sweeps/${runId}`)).status === 200 ? true : null,
        );
        // A record of its second page that no version of Muster wrote: whoever looks whether the page is done fails, each time.
        await site.entities(async (store) => {
          const pull = await eventually('the pull begins', 30, () => makeRunRepository(store).getPull(runId, 'ws1'));
          const stage = pull.value.stages.findIndex(({ name }) => name === 'devices');
          const row = `page|0${stage}|00000001`;
          await store.batch(TABLES.pulls, `${runId}|ws1`, [{ kind: 'upsert', row, body: '{"v":0}' }]);
        });
        const swept = await ended(served, runId);
        const parked = await site.entities((store) => makeParkedMessages(store, clock).list('sweep-page', 10));
        await served.stop();

        expect(parked).toHaveLength(1);
        expect(JSON.parse(parked[0]?.body ?? '')).toMatchObject({ runId, connectorId: 'ws1', pageNo: 1 });
        expect(parked[0]?.reason).toMatch(/^failed each time it was tried; last: /);
        expect(swept).toMatchObject({ state: 'partial', tombstones: { candidates: 0, confirmed: 0, held: 0 } });
        expect(swept.connectors).toEqual([
          expect.objectContaining({ id: 'jamf', state: 'complete', devices: 600 }),
          expect.objectContaining({
            id: 'ws1',
            state: 'partial',
            reason: expect.stringContaining('page 1 could not be handled'),
          }),
        ]);
        expect(served.log().filter(({ event }) => event === 'message-parked')).toHaveLength(1);
      } finally {
        await site.close();
      }
    },
  );

  test.each(ONCE)(
    'on %s where a sweep cannot even start: the run says why, and the next one may start',
    async (kind) => {
      const site = await openSite(kind);
      try {
        const served = await site.serve();
        const remember = (body: string): Promise<unknown> =>
          site.entities((store) => store.batch(TABLES.connectors, 'connector', [{ kind: 'upsert', row: 'ws1', body }]));
        await remember('{"v":0}');
        const failed = await ended(served, await ask(served));
        expect(failed).toMatchObject({ state: 'failed', reason: expect.stringContaining('could not be started') });
        await site.entities((store) => store.batch(TABLES.connectors, 'connector', [{ kind: 'delete', row: 'ws1' }]));
        expect(await ended(served, await ask(served))).toMatchObject({ state: 'complete' });
        await served.stop();
      } finally {
        await site.close();
      }
    },
  );
});
