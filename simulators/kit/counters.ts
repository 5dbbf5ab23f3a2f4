/** What happened at the simulators: enough to assert "at most pages + 20 requests" and "not one write". */
import type { SimRoute } from './route';

export interface Tally {
  requests: number;
  reads: number;
  writes: number;
  tokens: number;
  downloads: number;
  /** Most requests under way at one moment. */
  concurrentMax: number;
  /** Answers that a fault changed or replaced. */
  faults: number;
  /** Answers by status; `none` where the connection was closed or stalled without one. */
  statuses: Record<string, number>;
}

export interface Stats extends Readonly<Tally> {
  /** Requests that no route knows. */
  readonly unmatched: number;
  /** Requests for a throttled URL that came back before its `Retry-After` had passed. */
  readonly earlyReturns: number;
  /** What arrived at the other host that redirects and foreign links name. */
  readonly foreign: { readonly requests: number; readonly withAuthorization: number };
  readonly simulators: Readonly<Record<string, Readonly<Tally>>>;
  readonly routes: Readonly<Record<string, Readonly<Tally>>>;
}

export interface RunningRequest {
  /** A fault took part in this answer. */
  faulted(): void;
  /** To be called once: the answer's status, null without one. */
  done(status: number | null): void;
}

export interface Counters {
  begin(simulator: string, route: Pick<SimRoute, 'name' | 'kind'>): RunningRequest;
  /** Counts an answer under a second name, in no sum. */
  also(name: string, status: number): void;
  unmatched(): void;
  early(): void;
  foreign(withAuthorization: boolean): void;
  stats(): Stats;
  reset(): void;
}

const FIELD: Readonly<Record<SimRoute['kind'], 'reads' | 'writes' | 'tokens' | 'downloads'>> = {
  read: 'reads',
  write: 'writes',
  token: 'tokens',
  download: 'downloads',
};

export function makeCounters(): Counters {
  let book = emptyBook();

  return {
    begin(simulator, route) {
      const mine = book;
      const tallies = [mine.all, entry(mine.simulators, simulator), entry(mine.routes, route.name)];
      for (const { tally, running } of tallies) {
        tally.requests += 1;
        tally[FIELD[route.kind]] += 1;
        running.now += 1;
        tally.concurrentMax = Math.max(tally.concurrentMax, running.now);
      }
      let faulted = false;
      let done = false;
      return {
        faulted() {
          if (faulted) return;
          faulted = true;
          for (const { tally } of tallies) tally.faults += 1;
        },
        done(status) {
          if (done) return;
          done = true;
          for (const { tally, running } of tallies) {
            running.now -= 1;
            const key = status === null ? 'none' : String(status);
            tally.statuses[key] = (tally.statuses[key] ?? 0) + 1;
          }
        },
      };
    },
    also(name, status) {
      const { tally } = entry(book.routes, name);
      tally.requests += 1;
      tally.statuses[String(status)] = (tally.statuses[String(status)] ?? 0) + 1;
    },
    unmatched() {
      book.unmatched += 1;
    },
    early() {
      book.earlyReturns += 1;
    },
    foreign(withAuthorization) {
      book.foreign.requests += 1;
      if (withAuthorization) book.foreign.withAuthorization += 1;
    },
    stats() {
      const plain = (map: Map<string, Entry>): Record<string, Tally> =>
        Object.fromEntries([...map].map(([name, { tally }]) => [name, copy(tally)]));
      return {
        ...copy(book.all.tally),
        unmatched: book.unmatched,
        earlyReturns: book.earlyReturns,
        foreign: { ...book.foreign },
        simulators: plain(book.simulators),
        routes: plain(book.routes),
      };
    },
    reset() {
      // Requests still under way finish in the old book and are not seen in the new one.
      book = emptyBook();
    },
  };
}

interface Entry {
  readonly tally: Tally;
  readonly running: { now: number };
}

function emptyBook() {
  return {
    all: emptyEntry(),
    simulators: new Map<string, Entry>(),
    routes: new Map<string, Entry>(),
    unmatched: 0,
    earlyReturns: 0,
    foreign: { requests: 0, withAuthorization: 0 },
  };
}

function emptyEntry(): Entry {
  return {
    tally: { requests: 0, reads: 0, writes: 0, tokens: 0, downloads: 0, concurrentMax: 0, faults: 0, statuses: {} },
    running: { now: 0 },
  };
}

function entry(map: Map<string, Entry>, name: string): Entry {
  const known = map.get(name) ?? emptyEntry();
  map.set(name, known);
  return known;
}

function copy(tally: Tally): Tally {
  return { ...tally, statuses: { ...tally.statuses } };
}
