import fc from 'fast-check';
import { TransientError } from '../../../../core/errors';
import { decodeDevice } from '../../../../core/sweep/device-record';
import { makeChaoticQueue } from '../../../support/chaotic-queue';
import { makeFakeSource } from '../../../support/fake-source';
import { makeDevice } from '../../../support/make-device';
import { openSweepFixture } from '../../../support/sweep-fixture';
import type { SweepFixture } from '../../../support/sweep-fixture';

const FLEET = Array.from({ length: 47 }, (_, at) =>
  makeDevice(String(at + 1), { serial: at % 9 === 0 ? 'SHARED01' : `S${at}` }),
);
const PAGES = [0, 1, 2, 3, 4].map((page) => ({ devices: FLEET.slice(page * 10, page * 10 + 10) }));

/** Everything a sweep leaves behind that does not name a moment. */
async function finalState(fixture: SweepFixture): Promise<unknown> {
  const devices: unknown[] = [];
  for await (const rows of fixture.ports.devices.rows('jamf')) {
    for (const { entity, head } of rows) {
      devices.push({
        device: decodeDevice(entity.body),
        standing: head.standing,
        page: head.seen.page,
        missing: head.missing,
      });
    }
  }
  const [run] = await fixture.ports.runs.listRuns(1);
  const pull = await fixture.ports.runs.getPull(run?.runId ?? '', 'jamf');
  return {
    devices,
    run: { state: run?.state, readiness: run?.readiness, duplicates: run?.duplicates, tombstones: run?.tombstones },
    pull: {
      state: pull?.value.state,
      devices: pull?.value.devices,
      pages: pull?.value.pages,
      duplicates: pull?.value.duplicates,
    },
  };
}

/** Numbers in [0, 1) from a seed. */
function chanceFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

describe('a sweep whose messages are doubled, reordered and redelivered', () => {
  let undisturbed: unknown;

  beforeAll(async () => {
    const fixture = await openSweepFixture({ sources: [makeFakeSource({ style: 'linked', pages: () => PAGES })] });
    await fixture.sweep();
    undisturbed = await finalState(fixture);
    fixture.close();
  });

  test('leaves what an undisturbed one leaves', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 2 ** 31 }),
        fc.constantFrom('linked', 'numbered'),
        async (seed, style) => {
          const chance = chanceFrom(seed);
          const fixture = await openSweepFixture({
            sources: [makeFakeSource({ style: style, pages: () => PAGES })],
          });
          try {
            const disturbed: SweepFixture = { ...fixture };
            Object.assign(disturbed.ports, { queue: makeChaoticQueue(fixture.ports.queue, chance) });
            await disturbed.sweep({ concurrency: 1 + Math.floor(chance() * 6) });
            expect(await finalState(disturbed)).toEqual(undisturbed);
          } finally {
            fixture.close();
          }
        },
      ),
      { numRuns: 15 },
    );
  });

  test('interrupted anywhere and taken up by a new process, it leaves the same', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 6 }), { minLength: 1, maxLength: 3 }), async (cuts) => {
        let abort = new AbortController();
        let left = 0;
        const source = makeFakeSource({
          style: 'linked',
          pages: () => PAGES,
          onFetch: () => {
            left -= 1;
            if (left > 0) return;
            abort.abort(new Error('interrupted'));
            // The answer never arrives: the process is gone before it could be judged.
            throw new TransientError('interrupted');
          },
        });
        let fixture = await openSweepFixture({ sources: [source], settings: { maxAttempts: 50 } });
        try {
          for (const cut of cuts) {
            left = cut;
            abort = new AbortController();
            await fixture.sweep({ signal: abort.signal }).catch(() => undefined);
            fixture = await fixture.reopen();
          }
          left = Infinity;
          await fixture.sweep();
          expect(await finalState(fixture)).toEqual(undisturbed);
        } finally {
          fixture.close();
        }
      }),
      { numRuns: 10 },
    );
  });
});
