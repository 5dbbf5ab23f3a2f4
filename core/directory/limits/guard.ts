/**
 * Stands before every lookup. `admit` takes the price of a hit before anything is looked up; `settle` takes the rest once the
 * answer is known, watches for harvesting, and must be done before the answer leaves: a caller that waits for its answers
 * can then never be ahead of its bill. Lookups that run at the same time can be, by at most what the limit lets in at the price
 * of a hit; the debt is kept in full and paid by waiting, so that no more is found in the long run.
 *
 * What fails, fails closed: an error of the store is thrown, and no answer may be given.
 */
import type { E164 } from '../../device/managed-device';
import type { LimitAnswer } from './gcra';
import { makeSign } from './incident';
import type { Incident, Sign } from './incident';
import { callerKey, digestOf, pairKey, targetKey, tenantKey } from './limit-keys';
import type { LimitPorts } from './limit-ports';
import type { LimitSettings, PricedRate } from './limit-settings';
import { LIMIT_TABLES } from './limit-tables';
import { makeLimiter } from './limiter';
import type { LimitedKey } from './limiter';
import { observe, watchBody } from './observe';
import type { WatchState } from './observe';
import type { PhoneDigest, PhoneDigests } from './phone-digests';
import { makeIncidentRecorder } from './record-incident';
import { makeSharedRows } from './shared-rows';
import { CROWD_MS, crowdBody, joinCrowd } from './target-crowd';
import type { Crowd } from './target-crowd';

export interface Caller {
  readonly tenant: string;
  /** What stays the same over the caller's tokens: the `oid` of an access token, the subject of a certificate. */
  readonly id: string;
  readonly kind: 'person' | 'service';
}

/** Which limit an answer is about. */
export type LimitName = 'caller' | 'target' | 'tenant';

export interface Admission {
  readonly policy: LimitName;
  /** The caller's own limit; where another one refused, that. */
  readonly answer: LimitAnswer;
  /** To be settled; null where it was refused. */
  readonly ticket: Ticket | null;
}

/** An admitted lookup. */
export interface Ticket {
  readonly caller: Caller;
  readonly phoneDigest: PhoneDigest;
}

/**
 * `miss` for whatever the caller was not told, be it that there is no entry or that it may not know: what it pays must not say
 * which. `failed` where we are to blame: nothing more is taken, and it says nothing about the caller.
 */
export type LookupOutcome = 'hit' | 'miss' | 'failed';

export interface Settlement {
  readonly answer: LimitAnswer;
  /** Incidents that this lookup was the first to show; they are recorded already. */
  readonly incidents: readonly Incident[];
}

export interface Guard {
  /** @param phoneDigest of the number asked for, by the digests that the guard was made with. */
  admit(caller: Caller, phoneDigest: PhoneDigest): Promise<Admission>;
  /**
   * Once for each ticket; a second time gives the first one's result.
   * @param phone the number that was asked for. It is not kept.
   */
  settle(ticket: Ticket, outcome: LookupOutcome, phone: E164): Promise<Settlement>;
}

export interface GuardPorts extends LimitPorts {
  readonly digests: PhoneDigests;
}

const MINUTE_MS = 60_000;

export function makeGuard(ports: GuardPorts, settings: LimitSettings): Guard {
  const { clock, digests, telemetry } = ports;
  const limiter = makeLimiter(ports);
  const crowds = makeSharedRows<Crowd>(ports, { table: LIMIT_TABLES.limits, state: crowdBody });
  const watches = makeSharedRows<WatchState>(ports, { table: LIMIT_TABLES.watch, state: watchBody });
  const recorder = makeIncidentRecorder(ports.store);
  const canaries = new Set(settings.watch.canaries.map((phone) => digests.digest(phone as E164)));
  const settled = new WeakMap<Ticket, Promise<Settlement>>();

  const ofCaller = (caller: Caller): LimitedKey & { readonly rate: PricedRate } => ({
    key: callerKey(caller),
    rate: settings[caller.kind],
    likely: 'present',
  });
  const ofTenant = (tenant: string): LimitedKey & { readonly rate: PricedRate } => ({
    key: tenantKey(tenant),
    rate: settings.tenant,
    likely: 'present',
  });

  const join = async (caller: Caller, phoneDigest: PhoneDigest): Promise<LimitAnswer> => {
    const { callersPerDay: limit } = settings.target;
    let joined = { allowed: false, callers: limit, retryAfterSeconds: 1 };
    const landed = await crowds.change({
      key: targetKey(caller.tenant, phoneDigest),
      likely: 'absent',
      mustLand: false,
      apply: (crowd) => {
        const answer = joinCrowd(crowd, callerKey(caller).row.slice(-16), limit, clock.now());
        joined = answer;
        return answer.crowd;
      },
    });
    if (!landed) joined = { allowed: false, callers: limit, retryAfterSeconds: 1 };
    if (joined.callers > settings.watch.callersPerTarget || (landed && !joined.allowed)) {
      const sign = makeSign('crowd', { callers: joined.callers, target: phoneDigest });
      await raise(sign, caller, phoneDigest, CROWD_MS);
    }
    return {
      allowed: joined.allowed,
      limit,
      remaining: Math.max(0, limit - joined.callers),
      resetSeconds: joined.retryAfterSeconds,
      retryAfterSeconds: joined.allowed ? 0 : joined.retryAfterSeconds,
      windowSeconds: CROWD_MS / 1000,
    };
  };

  const raise = async (sign: Sign, caller: Caller, subject: string, windowMs: number): Promise<Incident | null> => {
    const at = clock.now();
    const blockMs = settings.watch.blockMinutes[sign.kind] * MINUTE_MS;
    const about = { subject: `${caller.tenant}\n${subject}`, caller: caller.id, at, windowMs };
    const incident = await recorder.record(sign, about, async () => {
      if (blockMs > 0) await limiter.block(ofCaller(caller), at + blockMs);
    });
    if (incident !== null) {
      const { kind, severity } = incident;
      telemetry.log(severity === 'high' ? 'error' : 'warn', 'directory-incident', {
        kind,
        severity,
        caller: digestOf(caller.id).slice(0, 16),
      });
      telemetry.count('directory.incidents', 1, { kind });
    }
    return incident;
  };

  const watch = async (ticket: Ticket, found: boolean, phone: E164): Promise<readonly Incident[]> => {
    const { caller, phoneDigest } = ticket;
    const event = {
      at: clock.now(),
      target: phoneDigest,
      neighbours: digests.neighbours(phone, settings.watch.adjacentWithin),
      found,
      canary: canaries.has(phoneDigest),
    };
    let signs: readonly Sign[] = [];
    await watches.change({
      key: callerKey(caller),
      likely: 'present',
      mustLand: true,
      apply: (state) => {
        const observation = observe(state, event, settings.watch);
        signs = observation.signs;
        return observation.state;
      },
    });
    const incidents: Incident[] = [];
    for (const sign of signs) {
      const incident = await raise(sign, caller, caller.id, settings.watch.windowMinutes * MINUTE_MS);
      if (incident !== null) incidents.push(incident);
    }
    return incidents;
  };

  const settleOnce = async (ticket: Ticket, outcome: LookupOutcome, phone: E164): Promise<Settlement> => {
    const { caller } = ticket;
    const rest = ({ hit, miss }: PricedRate): number => (outcome === 'miss' ? miss - hit : 0);
    const [own, tenant] = [ofCaller(caller), ofTenant(caller.tenant)];
    const [, , incidents] = await Promise.all([
      rest(own.rate) > 0 ? limiter.charge(own, rest(own.rate)) : null,
      rest(tenant.rate) > 0 ? limiter.charge(tenant, rest(tenant.rate)) : null,
      outcome === 'failed' ? [] : watch(ticket, outcome === 'hit', phone),
    ]);
    // After a block, if there was one: what this process just wrote is at hand, and nothing is read.
    return { answer: await limiter.charge(own, 0), incidents };
  };

  return {
    async admit(caller, phoneDigest) {
      const own = ofCaller(caller);
      const refuse = (policy: LimitName, answer: LimitAnswer): Admission => {
        telemetry.count('directory.limits.refused', 1, { policy });
        return { policy, answer, ticket: null };
      };
      const mine = await limiter.take(own, own.rate.hit);
      // First and alone: a caller that is refused takes nothing from the others.
      if (!mine.allowed) return refuse('caller', mine);
      const all = ofTenant(caller.tenant);
      const pair: LimitedKey = { key: pairKey(caller, phoneDigest), rate: settings.target, likely: 'absent' };
      const [again, crowd, tenant] = await Promise.all([
        limiter.take(pair, 1),
        join(caller, phoneDigest),
        limiter.take(all, all.rate.hit),
      ]);
      if (!again.allowed) return refuse('target', again);
      if (!crowd.allowed) return refuse('target', crowd);
      if (!tenant.allowed) return refuse('tenant', tenant);
      return { policy: 'caller', answer: mine, ticket: { caller, phoneDigest } };
    },

    settle(ticket, outcome, phone) {
      const before = settled.get(ticket);
      if (before !== undefined) return before;
      const settlement = settleOnce(ticket, outcome, phone);
      settled.set(ticket, settlement);
      return settlement;
    },
  };
}
