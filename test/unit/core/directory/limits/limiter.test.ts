import fc from 'fast-check';
import { LIMIT_TABLES } from '../../../../../core/directory/limits/limit-tables';
import { makeLimiter } from '../../../../../core/directory/limits/limiter';
import type { LimitedKey, Limiter } from '../../../../../core/directory/limits/limiter';
import type { LimitPorts } from '../../../../../core/directory/limits/limit-ports';
import { EntityConflict } from '../../../../../core/ports/entity-store';
import { countReads } from '../../../../support/counting-store';
import type { StoreCounts } from '../../../../support/counting-store';
import { openLimitsFixture } from './limits-fixture';
import type { LimitsFixture } from './limits-fixture';

const keyed = (row: string, limit = 20, perMinute = 0.6): LimitedKey => ({
  key: { partition: '00', row },
  rate: { limit, perMinute },
  likely: 'present',
});

describe('one limit for all processes', () => {
  let fixture: LimitsFixture;
  beforeEach(async () => {
    fixture = await openLimitsFixture();
  });
  afterEach(() => fixture.close());

  const admittedOf = async (limiters: readonly Limiter[], calls: number, limited: LimitedKey): Promise<number> => {
    const answers = await Promise.all(
      Array.from({ length: calls }, (_, at) => limiters[at % limiters.length]!.take(limited, 1)),
    );
    return answers.filter(({ allowed }) => allowed).length;
  };

  test.each([1, 5, 50])(
    '50 parallel calls at limit 20 in %d processes of one store admit exactly 20',
    async (count) => {
      const limiters = Array.from({ length: count }, () => makeLimiter(fixture.ports));
      expect(await admittedOf(limiters, 50, keyed('a'))).toBe(20);
      expect(await admittedOf(limiters, 50, keyed('a'))).toBe(0);
    },
  );

  test('50 parallel calls at limit 20 over five stores on one database admit exactly 20', async () => {
    const limiters: Limiter[] = [];
    for (let at = 0; at < 5; at += 1) limiters.push(makeLimiter(await fixture.open()));
    expect(await admittedOf(limiters, 50, keyed('a'))).toBe(20);
    fixture.clock.advance(500_000);
    expect(await admittedOf(limiters, 50, keyed('a'))).toBe(5);
  });

  test('50 parallel calls of one process are one write', async () => {
    const counted = countReads(fixture.ports.store);
    const take = (): StoreCounts => counted.take();
    const limiter = makeLimiter({ ...fixture.ports, store: counted.store });
    await limiter.take(keyed('a'), 1);
    take();
    await Promise.all(Array.from({ length: 50 }, () => limiter.take(keyed('a', 100), 1)));
    // The first goes alone; the others wait for it and go together.
    expect(take()).toEqual({ get: 0, scan: 0, batch: 2 });
  });

  test('a call costs one round trip where no other process was there, and a refusal none', async () => {
    const counted = countReads(fixture.ports.store);
    const take = (): StoreCounts => counted.take();
    const limiter = makeLimiter({ ...fixture.ports, store: counted.store });
    await limiter.take(keyed('a', 3), 1);
    expect(take()).toEqual({ get: 1, scan: 0, batch: 1 });
    await limiter.take(keyed('a', 3), 1);
    await limiter.take(keyed('a', 3), 1);
    expect(take()).toEqual({ get: 0, scan: 0, batch: 2 });
    expect((await limiter.take(keyed('a', 3), 1)).allowed).toBe(false);
    expect(take()).toEqual({ get: 0, scan: 0, batch: 0 });
    await limiter.take({ ...keyed('new'), likely: 'absent' }, 1);
    expect(take()).toEqual({ get: 0, scan: 0, batch: 1 });
  });

  test('what a process remembers is not believed: another one used the limit up', async () => {
    const [one, other] = [makeLimiter(fixture.ports), makeLimiter(await fixture.open())];
    await one.take(keyed('a'), 1);
    expect(await admittedOf([other], 50, keyed('a'))).toBe(19);
    expect((await one.take(keyed('a'), 1)).allowed).toBe(false);
    // Neither where it believes that there is no row.
    const third = makeLimiter(fixture.ports);
    expect((await third.take({ ...keyed('a'), likely: 'absent' }, 1)).allowed).toBe(false);
  });

  test('what is charged afterwards counts for later calls, in all processes', async () => {
    const [one, other] = [makeLimiter(fixture.ports), makeLimiter(await fixture.open())];
    await other.take(keyed('a'), 1);
    expect((await one.charge(keyed('a'), 30)).remaining).toBe(0);
    const refused = await other.take(keyed('a'), 1);
    // 31 used, 19 may be: 12 units at 100 seconds each.
    expect(refused).toMatchObject({ allowed: false, retryAfterSeconds: 1200 });
    fixture.clock.advance(1_200_000);
    expect((await other.take(keyed('a'), 1)).allowed).toBe(true);
  });

  /** A store on which another process is always first, until told otherwise. */
  const contendedPorts = (): { ports: LimitPorts; calm: () => void; tries: () => number } => {
    let [isCalm, tries] = [false, 0];
    const { store } = fixture.ports;
    const batch: typeof store.batch = async (table, partition, writes) => {
      tries += 1;
      if (!isCalm) throw new EntityConflict(table, partition, writes[0]!.row);
      return store.batch(table, partition, writes);
    };
    return {
      ports: { ...fixture.ports, store: { ...store, batch }, wait: async () => undefined },
      calm: () => void (isCalm = true),
      tries: () => tries,
    };
  };

  test('after many conflicts it refuses for a second and spins no further', async () => {
    const { ports, tries } = contendedPorts();
    const answer = await makeLimiter(ports, { maxConflicts: 8 }).take(keyed('a'), 1);
    expect(answer).toMatchObject({ allowed: false, limit: 20, remaining: 0, retryAfterSeconds: 1 });
    expect(tries()).toBe(8);
  });

  test('a charge that found no gap is not forgotten', async () => {
    const { ports, calm } = contendedPorts();
    const limiter = makeLimiter(ports, { maxConflicts: 3 });
    await limiter.charge(keyed('a'), 19);
    calm();
    expect((await limiter.take(keyed('a'), 1)).remaining).toBe(0);
    expect((await limiter.take(keyed('a'), 1)).allowed).toBe(false);
    expect((await makeLimiter(fixture.ports).take(keyed('a'), 1)).allowed).toBe(false);
  });

  test('an error of the store is thrown, to admissions and charges alike, and the next call works', async () => {
    let isBroken = true;
    const { store } = fixture.ports;
    const batch: typeof store.batch = async (...args) => {
      if (isBroken) throw new Error('the store is away');
      return store.batch(...args);
    };
    const limiter = makeLimiter({ ...fixture.ports, store: { ...store, batch } });
    await expect(limiter.take(keyed('a'), 1)).rejects.toThrow('away');
    await expect(limiter.charge(keyed('a'), 5)).rejects.toThrow('away');
    isBroken = false;
    expect((await limiter.take(keyed('a'), 1)).remaining).toBe(14);
  });

  test('a block holds in all processes', async () => {
    const [one, other] = [makeLimiter(fixture.ports), makeLimiter(await fixture.open())];
    await one.block(keyed('a'), fixture.clock.now() + 3_600_000);
    expect(await other.take(keyed('a'), 1)).toMatchObject({ allowed: false, retryAfterSeconds: 3600 });
  });

  test('for any interleaving of processes and clocks, never more than the limit and what came back', async () => {
    let run = 0;
    const step = fc.record({
      process: fc.integer({ min: 0, max: 3 }),
      calls: fc.integer({ min: 1, max: 8 }),
      cost: fc.integer({ min: 1, max: 5 }),
      rest: fc.integer({ min: 0, max: 10 }),
      together: fc.boolean(),
      advance: fc.integer({ min: -200_000, max: 400_000 }),
    });
    await fc.assert(
      fc.asyncProperty(
        fc.array(step, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 5, max: 40 }),
        async (steps, limit) => {
          const limited = keyed(`p${(run += 1)}`, limit, 6);
          let now = fixture.clock.now();
          const skew = 10_000;
          const limiters = Array.from({ length: 4 }, (_, at) =>
            makeLimiter({ ...fixture.ports, clock: { now: () => now + at * skew } }),
          );
          /** The latest that a call of this key has seen. */
          let latest = Number.NEGATIVE_INFINITY;
          const charged: { readonly at: number; readonly cost: number; readonly admitted: boolean }[] = [];
          const callOnce = async (process: number, at: number, cost: number, rest: number): Promise<void> => {
            const { allowed } = await limiters[process]!.take(limited, cost);
            if (!allowed) return;
            charged.push({ at, cost, admitted: true });
            if (rest === 0) return;
            await limiters[(process + 1) % 4]!.charge(limited, rest);
            charged.push({ at, cost: rest, admitted: false });
          };
          let pending: Promise<void>[] = [];
          let seen = latest;
          for (const { process, calls, cost, rest, together, advance } of steps) {
            const own = now + process * skew;
            // A charge is made by the process after it, which may be ahead.
            seen = Math.max(seen, own, now + ((process + 1) % 4) * skew);
            const at = Math.max(latest, own);
            for (let call = 0; call < calls; call += 1) pending.push(callOnce(process, at, cost, rest));
            if (together) continue;
            await Promise.all(pending);
            pending = [];
            latest = seen;
            now += advance;
          }
          await Promise.all(pending);
          latest = seen;
          // Admitted alone, over every window; what is charged afterwards only makes it less.
          const admitted = charged.filter((one) => one.admitted).sort((one, other) => one.at - other.at);
          for (const [from, first] of admitted.entries()) {
            const sums = admitted.slice(from).reduce((sum, one) => sum + one.cost, 0);
            const span = latest - first.at;
            expect(sums).toBeLessThanOrEqual(limit + (span / 60_000) * 6 + 1e-6);
          }
          // Nothing of it is lost: the row knows all that was charged, so that it is not whole before that has come back.
          const row = await fixture.ports.store.get(LIMIT_TABLES.limits, limited.key);
          const total = charged.reduce((sum, one) => sum + one.cost, 0);
          const { tat } = JSON.parse(row?.body ?? '{"tat":0}');
          const least = fixture.clock.now() * 1000 - 12 * 200_000_000;
          if (total > 0) expect(tat).toBeGreaterThanOrEqual(least + total * 10_000_000);
        },
      ),
      { numRuns: 40 },
    );
  });
});
