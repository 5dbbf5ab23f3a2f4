/**
 * Ends a run once all its pulls have ended: what is gone, which records are one phone, how ready the fleet is.
 * Two passes over the heads of all device rows, in bounded memory; doing it twice gives the same.
 */
import { findDuplicates, joinCandidate, makeHashCollector } from '../device/identity-join';
import type { JoinCandidate } from '../device/identity-join';
import { formatTime } from '../device/iso-time';
import type { IsoTime } from '../device/managed-device';
import { makeReadinessTally } from '../readiness/fleet-readiness';
import type { CountedPhone } from '../readiness/fleet-readiness';
import { expectedOf, isEnded } from './advance-pull';
import type { DeviceHead } from './device-record';
import type { HeadRow } from './device-repository';
import type { FinishMessage } from './messages';
import type { SweepPorts } from './ports';
import type { PullRecord, RunRecord } from './records';
import { clearSpool } from './spool';
import { isCandidate, isVanishing, markMissing } from './tombstones';

/** @returns the ended run, also where it had ended before; null while some pull of it is still under way. */
export async function finishSweep(ports: SweepPorts, { runId }: FinishMessage): Promise<RunRecord | null> {
  const { runs, clock } = ports;
  const run = (await runs.getRun(runId))?.value;
  if (run === undefined) return null;
  if (run.state !== 'running') return run;
  const pulls: PullRecord[] = [];
  for (const connectorId of run.connectors) {
    const pull = (await runs.getPull(runId, connectorId))?.value;
    if (pull === undefined || !isEnded(pull)) return null;
    pulls.push(pull);
  }
  for (const pull of pulls) await clearSpool(ports.blobs, pull);

  const survey = await surveyFleet(ports, pulls);
  const { readiness, duplicates, confirmed } = await countFleet(ports, pulls, survey, formatTime(clock.now()));
  await rememberConnectors(ports, pulls);

  const braked = [...survey.gone].filter(([, { held }]) => held);
  const heldTombstones = braked.reduce((sum, [, { due }]) => sum + due, 0);
  const candidates = [...survey.gone.values()].reduce((sum, { candidates: count }) => sum + count, 0);
  const ended = await runs.updateRun(runId, (before) => ({
    ...before,
    state: stateOf(pulls, braked.length > 0),
    endedAt: formatTime(clock.now()),
    readiness,
    duplicates,
    tombstones: { candidates, confirmed, held: heldTombstones },
    brakes: braked.map(([connectorId]) => `vanish:${connectorId}`),
  }));
  announce(ports, ended, pulls);
  return ended;
}

function announce({ telemetry }: SweepPorts, run: RunRecord, pulls: readonly PullRecord[]): void {
  const { runId, state, mode } = run;
  const devices = pulls.reduce((sum, pull) => sum + pull.devices, 0);
  const durationMs = Date.parse(run.endedAt ?? run.startedAt) - Date.parse(run.startedAt);
  for (const brake of run.brakes) telemetry.log('warn', 'brake-held', { runId, brake });
  telemetry.count('runs.ended', 1, { state });
  telemetry.measure('run.seconds', durationMs / 1000, { state });
  telemetry.count('tombstones.held', run.tombstones?.held ?? 0);
  telemetry.log(state === 'complete' ? 'info' : 'warn', 'run-ended', { runId, state, mode, devices, durationMs });
}

interface Gone {
  readonly known: number;
  /** Not seen by this complete full pull. */
  readonly candidates: number;
  /** Of these, missing for the second time: what would become a tombstone. */
  readonly due: number;
  readonly held: boolean;
}

interface Survey {
  readonly gone: ReadonlyMap<string, Gone>;
  readonly repeatedHashes: ReadonlySet<number>;
}

/** First pass: counts what is missing per connector and collects the hashes by which records of one phone meet. */
async function surveyFleet({ devices, settings }: SweepPorts, pulls: readonly PullRecord[]): Promise<Survey> {
  const gone = new Map<string, Gone>();
  const collector = makeHashCollector();
  for (const pull of pulls) {
    const conclusive = isConclusive(pull);
    let known = 0;
    let candidates = 0;
    let due = 0;
    for await (const rows of devices.heads(pull.connectorId)) {
      for (const { head } of rows) {
        const missing = conclusive && isCandidate(head, pull.runId);
        if (head.tombstone === null || missing) known += 1;
        if (missing) {
          candidates += 1;
          if (head.missing !== null && head.missing.run !== pull.runId) due += 1;
        }
        if (head.tombstone === null) collector.add(head.joinKeys);
      }
    }
    gone.set(pull.connectorId, { known, candidates, due, held: isVanishing(candidates, known, settings.vanish) });
  }
  return { gone, repeatedHashes: collector.repeated() };
}

/** Second pass: marks what is missing, resolves records of one phone, counts every phone once. */
async function countFleet(
  { devices }: SweepPorts,
  pulls: readonly PullRecord[],
  { gone, repeatedHashes }: Survey,
  at: IsoTime,
): Promise<{
  readonly readiness: NonNullable<RunRecord['readiness']>;
  readonly duplicates: NonNullable<RunRecord['duplicates']>;
  readonly confirmed: number;
}> {
  const tally = makeReadinessTally();
  const shared = makeShared();
  const suspects: { readonly candidate: JoinCandidate; readonly counted: CountedPhone }[] = [];
  let confirmed = 0;
  for (const pull of pulls) {
    const conclusive = isConclusive(pull);
    const held = gone.get(pull.connectorId)?.held ?? false;
    for await (const rows of devices.heads(pull.connectorId)) {
      const changes: { row: HeadRow; head: DeviceHead }[] = [];
      const wanted: HeadRow[] = [];
      for (const row of rows) {
        let { head } = row;
        if (conclusive && isCandidate(head, pull.runId)) {
          const marked = markMissing(head, pull.runId, at, held);
          if (marked.tombstone !== null) confirmed += 1;
          if (marked !== head) changes.push({ row, head: marked });
          head = marked;
        }
        if (head.tombstone !== null) continue;
        if (head.joinKeys.some((hash) => repeatedHashes.has(hash))) {
          wanted.push(row);
        } else {
          tally.add(head);
        }
      }
      for (const row of await devices.complete(wanted)) {
        suspects.push({ candidate: joinCandidate(devices.device(row), repeatedHashes), counted: shared(row.head) });
      }
      await devices.writeHeads(changes);
    }
  }
  const found = findDuplicates(suspects.map(({ candidate }) => candidate));
  let reEnrollments = 0;
  let crossMdm = 0;
  for (const { candidate, counted } of suspects) {
    const duplicate = found.get(candidate.deviceKey);
    if (duplicate === undefined) tally.add(counted);
    else if (duplicate.kind === 're-enrollment') reEnrollments += 1;
    else crossMdm += 1;
  }
  return { readiness: tally.result(), duplicates: { reEnrollments, crossMdm }, confirmed };
}

/** One object for all phones that count alike: of suspects there may be many. */
function makeShared(): (phone: CountedPhone) => CountedPhone {
  const known = new Map<string, CountedPhone>();
  return ({ standing, firstUnknown, reporting, cannotUpdate }) => {
    const key = `${standing} ${firstUnknown} ${reporting} ${cannotUpdate}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const phone = { standing, firstUnknown, reporting, cannotUpdate };
    known.set(key, phone);
    return phone;
  };
}

/** Absence is concluded only from a complete full pull. */
function isConclusive({ state, mode }: PullRecord): boolean {
  return state === 'complete' && mode === 'full';
}

async function rememberConnectors({ runs }: SweepPorts, pulls: readonly PullRecord[]): Promise<void> {
  for (const pull of pulls) {
    if (pull.state !== 'complete') continue;
    const before = await runs.getConnector(pull.connectorId);
    const full = pull.mode === 'full';
    const watermarks = [before?.watermark, pull.watermark].filter((each) => each !== null && each !== undefined).sort();
    await runs.putConnector({
      v: 1,
      connectorId: pull.connectorId,
      lastCompleteRunId: full ? pull.runId : (before?.lastCompleteRunId ?? null),
      lastCompleteAt: full ? pull.endedAt : (before?.lastCompleteAt ?? null),
      lastCompleteDevices: full ? (expectedOf(pull) ?? pull.devices) : (before?.lastCompleteDevices ?? null),
      watermark: watermarks.at(-1) ?? null,
    });
  }
}

function stateOf(pulls: readonly PullRecord[], held: boolean): RunRecord['state'] {
  if (pulls.every(({ state }) => state === 'failed')) return 'failed';
  if (pulls.some(({ state }) => state !== 'complete')) return 'partial';
  return held ? 'held' : 'complete';
}
