import type { E164 } from '../../../../../core/device/managed-device';
import { makeGuard } from '../../../../../core/directory/limits/guard';
import type { Admission, Caller, Guard, LookupOutcome, Settlement } from '../../../../../core/directory/limits/guard';
import { limitSettings } from '../../../../../core/directory/limits/limit-settings';
import type { LimitSettingsInput } from '../../../../../core/directory/limits/limit-settings';
import { LIMIT_TABLES } from '../../../../../core/directory/limits/limit-tables';
import { pruneLimits } from '../../../../../core/directory/limits/prune-limits';
import { countReads } from '../../../../support/counting-store';
import type { StoreCounts } from '../../../../support/counting-store';
import { openLimitsFixture, phoneOf } from './limits-fixture';
import type { LimitsFixture } from './limits-fixture';

const AGENT: Caller = { tenant: 'acme', id: 'agent', kind: 'person' };
const APP: Caller = { tenant: 'acme', id: 'app', kind: 'service' };
/** No two are neighbours. */
const far = (at: number): E164 => `+1${2_000_000_000 + at * 1009}` as E164;

describe('the guard of lookups', () => {
  let fixture: LimitsFixture;
  beforeEach(async () => {
    fixture = await openLimitsFixture();
  });
  afterEach(() => fixture.close());

  const guardOf = (settings: LimitSettingsInput = {}): Guard => makeGuard(fixture.ports, limitSettings.parse(settings));
  const digest = (phone: E164): string => fixture.ports.digests.digest(phone);

  /** One lookup from beginning to end; null where it was refused. */
  async function look(guard: Guard, caller: Caller, phone: E164, outcome: LookupOutcome): Promise<Settlement | null> {
    const { ticket } = await guard.admit(caller, digest(phone));
    return ticket === null ? null : guard.settle(ticket, outcome, phone);
  }

  async function rowsOf(table: string): Promise<{ readonly row: string; readonly body: string }[]> {
    const { partitions } = await fixture.ports.store.partitions(table, '');
    const pages = await Promise.all(partitions.map((partition) => fixture.ports.store.scan(table, partition)));
    return pages.flatMap(({ entities }) => entities);
  }
  const incidents = async (): Promise<Record<string, unknown>[]> =>
    (await rowsOf(LIMIT_TABLES.incidents)).map(({ body }) => JSON.parse(body) as Record<string, unknown>);

  test('a person: after five misses the sixth is refused, ten minutes long', async () => {
    const guard = guardOf();
    for (let at = 0; at < 5; at += 1) {
      expect((await look(guard, AGENT, far(at), 'miss'))?.answer.remaining).toBe(100 - 20 * (at + 1));
    }
    const refused = await guard.admit(AGENT, digest(far(5)));
    expect(refused).toMatchObject({
      policy: 'caller',
      ticket: null,
      answer: { allowed: false, limit: 100, remaining: 0, resetSeconds: 3000, retryAfterSeconds: 30 },
    });
    // A hit's price comes back in half a minute, the price of a miss must be earned before the next one after it.
    fixture.clock.advance(30_000);
    expect(await look(guard, AGENT, far(5), 'miss')).not.toBeNull();
    expect((await guard.admit(AGENT, digest(far(6)))).answer.retryAfterSeconds).toBe(20 * 30);
  });

  test('misses at the same time are at most what hits would be, and the debt is paid in full', async () => {
    const guards = [guardOf(), guardOf(), guardOf()];
    const results = await Promise.all(
      Array.from({ length: 300 }, (_, at) => look(guards[at % 3]!, AGENT, far(at), 'miss')),
    );
    const admitted = results.filter((result) => result !== null).length;
    expect(admitted).toBeGreaterThanOrEqual(5);
    expect(admitted).toBeLessThanOrEqual(100);
    const { answer } = await guardOf().admit(AGENT, digest(far(999)));
    expect(answer).toMatchObject({ allowed: false, retryAfterSeconds: (admitted * 20 - 99) * 30 });
  });

  test('a day of random probing finds next to nothing', async () => {
    const guard = guardOf({ watch: { blockMinutes: { sequential: 0 } } });
    let probes = 0;
    for (let minute = 0; minute < 1440; minute += 1) {
      while ((await look(guard, AGENT, far(probes), probes % 100 === 99 ? 'hit' : 'miss')) !== null) probes += 1;
      fixture.clock.advance(60_000);
    }
    // One number in a hundred exists: fewer than two are found.
    expect(probes).toBeGreaterThan(140);
    expect(probes).toBeLessThan(160);
  });

  test('a caller that is refused takes nothing from the tenant', async () => {
    const guard = guardOf({ person: { limit: 2 }, tenant: { limit: 3, perMinute: 1, miss: 1 } });
    for (let at = 0; at < 20; at += 1) await look(guard, AGENT, far(at), 'hit');
    expect(await look(guard, APP, far(50), 'hit')).not.toBeNull();
    expect(await guard.admit(APP, digest(far(51)))).toMatchObject({ policy: 'tenant', answer: { limit: 3 } });
    // Another tenant has its own.
    expect(await look(guard, { ...APP, tenant: 'other' }, far(51), 'hit')).not.toBeNull();
  });

  test('one number: six times, then once in ten minutes', async () => {
    const guard = guardOf();
    for (let at = 0; at < 6; at += 1) expect(await look(guard, AGENT, phoneOf(100), 'hit')).not.toBeNull();
    expect(await guard.admit(AGENT, digest(phoneOf(100)))).toMatchObject({
      policy: 'target',
      answer: { retryAfterSeconds: 600 },
    });
    expect(await look(guard, APP, phoneOf(100), 'hit')).not.toBeNull();
    expect(await look(guard, AGENT, phoneOf(199), 'hit')).not.toBeNull();
  });

  test('thirty callers at one number in a day; the twenty-first is an incident', async () => {
    const guard = guardOf();
    const callers = Array.from({ length: 31 }, (_, at): Caller => ({ tenant: 'acme', id: `c${at}`, kind: 'person' }));
    for (const caller of callers.slice(0, 20)) await look(guard, caller, phoneOf(100), 'hit');
    expect(await incidents()).toEqual([]);
    for (const caller of callers.slice(20, 30)) expect(await look(guard, caller, phoneOf(100), 'hit')).not.toBeNull();
    const expected = { kind: 'crowd', caller: 'c20', evidence: { callers: 21, target: digest(phoneOf(100)) } };
    expect(await incidents()).toMatchObject([expected]);
    expect(await guard.admit(callers[30]!, digest(phoneOf(100)))).toMatchObject({
      policy: 'target',
      answer: { allowed: false, limit: 30, retryAfterSeconds: 86_400 },
    });
    // Who is known is not shut out by those who came after.
    expect(await look(guard, callers[0]!, phoneOf(100), 'hit')).not.toBeNull();
    fixture.clock.advance(86_400_000);
    expect(await look(guard, callers[30]!, phoneOf(100), 'hit')).not.toBeNull();
  });

  test('one canary is an incident, recorded once, and blocks the caller', async () => {
    const guard = guardOf({ watch: { canaries: [phoneOf(123)] } });
    const settlement = await look(guard, AGENT, phoneOf(123), 'hit');
    const incident = {
      kind: 'canary',
      severity: 'high',
      caller: 'agent',
      windowStart: '2026-11-25T00:00:00.000Z',
      windowEnd: '2026-11-26T00:00:00.000Z',
      detectedAt: '2026-11-25T00:00:00.000Z',
      evidence: { canaries: 1, reads: 1 },
    };
    expect(settlement).toMatchObject({ answer: { remaining: 0 }, incidents: [incident] });
    expect(await incidents()).toEqual([incident]);
    expect((await guardOf().admit(AGENT, digest(far(1)))).answer.retryAfterSeconds).toBe(3600);
    fixture.clock.advance(3_600_000);
    const again = guardOf({ watch: { canaries: [phoneOf(123)] } });
    expect(await look(again, AGENT, phoneOf(123), 'hit')).toMatchObject({ incidents: [] });
    expect(await incidents()).toHaveLength(1);
    // After a block nothing has been saved up.
    expect((await again.admit(AGENT, digest(far(2)))).answer.allowed).toBe(false);
    fixture.clock.advance(30_000);
    expect((await again.admit(AGENT, digest(far(2)))).answer.allowed).toBe(true);
    // The next day it is another one.
    fixture.clock.advance(24 * 3_600_000);
    await look(again, AGENT, phoneOf(123), 'hit');
    expect(await incidents()).toHaveLength(2);
  });

  test.each([1, 5])('a thousand numbers in sequence by %d callers in turn are seen', async (count) => {
    const guard = guardOf();
    const seen: number[] = [];
    for (let at = 0; at < 1000 && seen.length < count; at += 1) {
      const caller: Caller = { tenant: 'acme', id: `s${at % count}`, kind: 'service' };
      const settlement = await look(guard, caller, phoneOf(at), 'hit');
      if (settlement?.incidents.some(({ kind }) => kind === 'sequential')) seen.push(at);
    }
    expect(seen).toHaveLength(count);
    expect(seen.at(-1)).toBeLessThan(10 * count);
  });

  test('what two processes see at the same time is recorded once', async () => {
    const settings = { watch: { canaries: [phoneOf(123)] } };
    const guards = Array.from({ length: 5 }, () => guardOf(settings));
    const results = await Promise.all(guards.map((guard) => look(guard, AGENT, phoneOf(123), 'hit')));
    expect(results.flatMap((result) => result?.incidents ?? [])).toHaveLength(1);
    expect(await incidents()).toHaveLength(1);
  });

  test('thirty days of callers who do their work raise nothing', async () => {
    const settings = limitSettings.parse({});
    const guard = makeGuard(fixture.ports, settings);
    let seed = 1;
    const chance = (): number => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    let refused = 0;
    for (let day = 0; day < 30; day += 1) {
      for (let caller = 0; caller < 20; caller += 1) {
        const reads = 1 + Math.floor(chance() * 14);
        for (let read = 0; read < reads; read += 1) {
          // 70,000 numbers in one block: a company's own.
          const phone = `+1${2_000_000_000 + Math.floor(chance() * 70_000)}` as E164;
          const by: Caller = { tenant: 'acme', id: `w${caller}`, kind: 'person' };
          if ((await look(guard, by, phone, chance() < 0.05 ? 'miss' : 'hit')) === null) refused += 1;
          fixture.clock.advance(20_000);
        }
      }
      fixture.clock.advance(86_400_000 - 20 * 8 * 20_000);
    }
    expect(await incidents()).toEqual([]);
    expect(refused).toBe(0);
  });

  test('no number, and no name of a caller but in an incident, is ever stored', async () => {
    const guard = guardOf({ watch: { canaries: [phoneOf(5)] } });
    for (let at = 0; at < 12; at += 1) await look(guard, AGENT, phoneOf(at), at % 3 === 0 ? 'miss' : 'hit');
    for (const table of Object.values(LIMIT_TABLES)) {
      const rows = await rowsOf(table);
      expect(rows.length).toBeGreaterThan(0);
      for (const { row, body } of rows) {
        expect(`${row} ${body}`).not.toMatch(/202555/);
        if (table !== LIMIT_TABLES.incidents) expect(`${row} ${body}`).not.toContain('agent');
      }
    }
  });

  test('a lookup is two round trips to admit and one to settle', async () => {
    const counted = countReads(fixture.ports.store);
    const take = (): StoreCounts => counted.take();
    const guard = makeGuard({ ...fixture.ports, store: counted.store }, limitSettings.parse({}));
    await look(guard, AGENT, far(0), 'miss');
    take();
    const { ticket } = await guard.admit(AGENT, digest(far(1)));
    // The caller; then the pair, the number and the tenant beside each other.
    expect(take()).toEqual({ get: 0, scan: 0, batch: 4 });
    await guard.settle(ticket!, 'hit', far(1));
    expect(take()).toEqual({ get: 0, scan: 0, batch: 1 });
    const second: Admission = await guard.admit(AGENT, digest(far(2)));
    take();
    await guard.settle(second.ticket!, 'miss', far(2));
    expect(take()).toEqual({ get: 0, scan: 0, batch: 3 });
  });

  test('a ticket is settled once, and a failure of ours costs no more and says nothing', async () => {
    const guard = guardOf();
    const { ticket } = await guard.admit(AGENT, digest(far(0)));
    const [one, other] = await Promise.all([
      guard.settle(ticket!, 'miss', far(0)),
      guard.settle(ticket!, 'miss', far(0)),
    ]);
    expect(one).toBe(other);
    expect(one.answer.remaining).toBe(80);
    expect((await look(guard, AGENT, far(1), 'failed'))?.answer.remaining).toBe(79);
    const [watched] = await rowsOf(LIMIT_TABLES.watch);
    expect(JSON.parse(watched!.body).slices).toMatchObject([{ reads: 1, misses: 1 }]);
  });

  test('rows that say nothing more are removed, incidents are not', async () => {
    const guard = guardOf({ watch: { canaries: [phoneOf(1)] } });
    await look(guard, AGENT, phoneOf(1), 'hit');
    expect(await pruneLimits(fixture.ports)).toBe(0);
    fixture.clock.advance(49 * 3_600_000);
    // The caller, the pair, the number, the tenant, and what was watched.
    expect(await pruneLimits(fixture.ports)).toBe(5);
    expect(await incidents()).toHaveLength(1);
    // A process that remembers the rows goes on.
    expect((await look(guard, AGENT, phoneOf(2), 'hit'))?.answer.remaining).toBe(99);
  });
});
