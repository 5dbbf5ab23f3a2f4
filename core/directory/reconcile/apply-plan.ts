/**
 * Does what a plan releases. A dry run touches no port at all.
 *
 *   1. audit    the decisions of the plan                   cut here: decided, nothing done
 *   2. ledger   the action's row, open                      cut here: the next run takes it up, or ends it as abandoned
 *   3. directory   suspend or revoke, only at the revision  cut here: the next try finds the revision moved on and the status
 *               that was judged                             as wanted, and changes nothing
 *   4. audit    the effect                                  cut here: the same
 *   5. ledger   the row's end
 */
import { formatTime } from '../../device/iso-time';
import type { Clock } from '../../ports/clock';
import type { EntityStore } from '../../ports/entity-store';
import type { Directory } from '../directory';
import type { Entry, EntryStatus } from '../entry';
import { entryTag } from '../entry-tag';
import { DirectoryError, EntryBusyError, PreconditionFailedError } from '../errors';
import { verifyWholeEntry } from '../verify-entry';
import type { KeyByKid } from '../verify-es256';
import { makeAudit } from './audit';
import type { Audit } from './audit';
import { makeLedger } from './ledger';
import type { Ending, Ledger, LedgerRow, OpenRow } from './ledger';
import type { Action, Plan } from './plan';
import type { ActionKind } from './settings';

export interface ApplyPorts {
  readonly store: EntityStore;
  readonly directory: Pick<Directory, 'suspend' | 'revoke' | 'show'>;
  readonly keyByKid: KeyByKid;
  readonly clock: Clock;
}

export interface Applied {
  readonly dryRun: boolean;
  /** The directory is as the action wants it. */
  readonly done: number;
  /** Of these, the ones that a change was made for. */
  readonly changed: number;
  /** The entry was changed by someone since it was judged: the next run judges it anew. */
  readonly superseded: number;
  readonly failed: number;
  /** Another writer was at the entry: the next run tries again. */
  readonly busy: number;
}

const NOTHING: Applied = { dryRun: true, done: 0, changed: 0, superseded: 0, failed: 0, busy: 0 };
const STATUS: Readonly<Record<ActionKind, EntryStatus>> = { suspend: 'suspended', revoke: 'revoked' };

/** @throws what the ports throw, but for what the directory refuses: that is recorded, and the next action follows. */
export async function applyPlan(
  ports: ApplyPorts,
  plan: Plan,
  { apply }: { readonly apply: boolean } = { apply: false },
): Promise<Applied> {
  if (!apply) return NOTHING;
  const ledger = makeLedger(ports.store);
  const audit = makeAudit(ports.store);
  await audit.decisions(plan);
  const counts = { ...NOTHING, dryRun: false };
  for (const action of plan.actions) {
    const open = await ledger.open(plan.runId, action, ports.clock.now());
    const { state } = open.row;
    if (state === 'done' || state === 'superseded') {
      counts[state] += 1;
      continue;
    }
    const ending = await perform(ports, ledger, audit, open);
    if (ending === null) {
      counts.busy += 1;
      continue;
    }
    counts[ending.state] += 1;
    if (ending.changed) counts.changed += 1;
  }
  await settle(ports, ledger, audit, plan);
  return counts;
}

type Performed = Ending & { readonly state: 'done' | 'superseded' | 'failed' };

/** Null where another writer is at the entry; the row stays open. */
async function perform(ports: ApplyPorts, ledger: Ledger, audit: Audit, open: OpenRow): Promise<Performed | null> {
  const ending = await act(ports, open.row.action).catch((error: unknown) => {
    if (error instanceof EntryBusyError) return null;
    if (error instanceof DirectoryError) return failed(error.problem);
    throw error;
  });
  if (ending !== null) await conclude(ports, ledger, audit, open, ending);
  return ending;
}

async function conclude(
  { clock }: ApplyPorts,
  ledger: Ledger,
  audit: Audit,
  open: OpenRow,
  ending: Ending,
): Promise<void> {
  const now = clock.now();
  const outcome = ending.problem === null ? ending.state : `${ending.state}: ${ending.problem}`;
  await audit.effect(open.row.runId, open.row.action, outcome, formatTime(now));
  await ledger.end(open, ending, now);
}

async function act({ directory, keyByKid }: ApplyPorts, action: Action): Promise<Performed> {
  const { kind, entryId, reason, revision } = action;
  const { entry } = await directory.show(entryId);
  if (isSo(entry, action)) return done(entry, isOurs(entry, action));
  // A bad row names an entry that may lie elsewhere and be sound.
  if (revision === null && verifyWholeEntry(entry, keyByKid).verdict === 'valid') return SUPERSEDED;
  try {
    const ifMatch = entryTag({ entryId, revision: revision ?? entry.revision });
    const answer = await directory[kind]({ entryId, reason, ifMatch });
    return done(answer.entry, answer.changed);
  } catch (error) {
    if (!(error instanceof PreconditionFailedError)) throw error;
    const after = await directory.show(entryId);
    return isSo(after.entry, action) ? done(after.entry, isOurs(after.entry, action)) : SUPERSEDED;
  }
}

const SUPERSEDED: Performed = { state: 'superseded', revision: null, problem: null, changed: false };

/** As the action wants it, or beyond: what is revoked need not be suspended. */
function isSo({ status }: Pick<Entry, 'status'>, { kind }: Pick<Action, 'kind'>): boolean {
  return status === STATUS[kind] || status === 'revoked';
}

/** Changed since it was judged, and for the action's reason: a crash came between the effect and its record. */
function isOurs(entry: Entry, { reason, revision }: Action): boolean {
  return revision !== null && entry.revision > revision && entry.reason === reason;
}

function done({ revision }: Entry, changed: boolean): Performed {
  return { state: 'done', revision, problem: null, changed };
}

function failed(problem: string): Performed {
  return { state: 'failed', revision: null, problem, changed: false };
}

/** Rows that an earlier run left open and this plan does not name: looked at, and never acted on. */
async function settle(ports: ApplyPorts, ledger: Ledger, audit: Audit, plan: Plan): Promise<void> {
  const named = new Set(plan.actions.map(({ idempotencyKey }) => idempotencyKey));
  const left: OpenRow[] = [];
  for await (const open of ledger.unfinished()) {
    if (!named.has(open.row.action.idempotencyKey)) left.push(open);
  }
  for (const open of left) await conclude(ports, ledger, audit, open, await endingOf(ports, open.row));
}

async function endingOf({ directory }: ApplyPorts, { action }: LedgerRow): Promise<Ending> {
  try {
    const { entry } = await directory.show(action.entryId);
    if (isSo(entry, action) && isOurs(entry, action)) return done(entry, true);
    return { state: 'abandoned', revision: null, problem: null, changed: false };
  } catch (error) {
    if (error instanceof DirectoryError) return failed(error.problem);
    throw error;
  }
}
