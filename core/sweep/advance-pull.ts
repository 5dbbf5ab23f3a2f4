/** The life of a pull as pure steps over its record: a page is done, a stage ends, the pull ends. */
import type { IsoTime } from '../device/managed-device';
import type { Stage } from '../ports/inventory-source';
import type { PullRecord, PullStateName, StageRecord } from './records';

export function newStage({ name, optional, partial }: Stage, again = false): StageRecord {
  return {
    name,
    optional,
    partial: partial ?? false,
    again,
    lastPage: null,
    donePages: 0,
    firstExpected: null,
    expected: null,
    ended: false,
    devices: 0,
    quarantined: 0,
  };
}

export interface PageOutcome {
  readonly rows: number;
  readonly fresh: number;
  readonly repeated: number;
  readonly quarantined: number;
  readonly expected: number | null;
  readonly lastPage: number | null;
  readonly requests: number;
  readonly warnings: readonly string[];
  /** Newest change on the page; null when no device carries a date. */
  readonly watermark: IsoTime | null;
}

const MAX_WARNINGS = 20;

export function withPage(pull: PullRecord, stageNo: number, outcome: PageOutcome): PullRecord {
  const stages = pull.stages.map((stage, at): StageRecord => {
    if (at !== stageNo) return stage;
    return {
      ...stage,
      donePages: stage.donePages + 1,
      lastPage: maximum(stage.lastPage, outcome.lastPage),
      firstExpected: stage.firstExpected ?? outcome.expected,
      expected: outcome.expected ?? stage.expected,
      devices: stage.devices + outcome.fresh,
      quarantined: stage.quarantined + (stage.again ? 0 : outcome.quarantined),
    };
  });
  // Rows that come again are expected in a second walk and in a list beside the main one.
  const { again, partial } = pull.stages[stageNo] ?? { again: false, partial: false };
  return {
    ...pull,
    stages,
    devices: pull.devices + outcome.fresh,
    pages: pull.pages + 1,
    requests: pull.requests + outcome.requests,
    quarantined: pull.quarantined + (again ? 0 : outcome.quarantined),
    duplicates: pull.duplicates + (again || partial ? 0 : outcome.repeated),
    warnings: [...new Set([...pull.warnings, ...outcome.warnings])].slice(0, MAX_WARNINGS),
    watermark: later(pull.watermark, outcome.watermark),
  };
}

/** All pages from 0 to the last known one are done. Pages are counted exactly, so this needs no list of them. */
export function isStageDone(stage: StageRecord): boolean {
  return stage.lastPage !== null && stage.donePages >= stage.lastPage + 1;
}

/**
 * A numbered list over a moving table may skip rows: when fewer devices came than the server states, or the total fell
 * while the list was read, the stage is walked once more (facts/jamf-pro.md §2.3).
 */
export function needsAnotherWalk(pull: PullRecord, stage: StageRecord): boolean {
  if (pull.mode !== 'full' || stage.again || stage.optional || stage.partial) return false;
  const fell = stage.firstExpected !== null && stage.expected !== null && stage.expected < stage.firstExpected;
  return fell || gapOf(pull, stage) > 0;
}

/** Devices that the server counts and the pull did not bring; quarantined rows did come. */
export function gapOf(pull: PullRecord, stage: StageRecord): number {
  if (stage.expected === null) return 0;
  let came = 0;
  for (const { name, devices, quarantined } of pull.stages) if (name === stage.name) came += devices + quarantined;
  return Math.max(0, stage.expected - came);
}

/** The total the server stated for devices, over the stages that list them whole; null when it stated none. */
export function expectedOf(pull: PullRecord): number | null {
  let expected: number | null = null;
  for (const stage of pull.stages) {
    if (!stage.optional && !stage.partial && !stage.again && stage.expected !== null)
      expected = (expected ?? 0) + stage.expected;
  }
  const again = pull.stages.find((stage) => stage.again);
  return again?.expected ?? expected;
}

export interface Ending {
  readonly state: Extract<PullStateName, 'complete' | 'partial' | 'failed'>;
  readonly reason: string | null;
  readonly endpoint: string | null;
  readonly hint: string | null;
}

export function ended(pull: PullRecord, ending: Ending, endedAt: IsoTime): PullRecord {
  return { ...pull, ...ending, endedAt };
}

export function isEnded(pull: PullRecord): boolean {
  return pull.state === 'complete' || pull.state === 'partial' || pull.state === 'failed';
}

/** How a pull ends that read all its pages. */
export function endingAfterLastPage(pull: PullRecord, knownDevices: number | null): Ending {
  const stage = pull.stages.findLast(({ optional, partial }) => !optional && !partial);
  // A server that counts repeated rows states a total that distinct devices never reach: repeats account for the rest.
  const gap = pull.mode === 'full' && stage !== undefined ? gapOf(pull, stage) - pull.duplicates : 0;
  if (gap > 0) {
    return {
      state: 'partial',
      reason: `the server counts ${stage?.expected ?? 0} devices, ${pull.devices} came; ${gap} are missing after a second walk`,
      endpoint: null,
      hint: 'Run the sweep again; if the gap stays, compare the count in the console with what the client may read.',
    };
  }
  if (pull.mode === 'full' && pull.devices === 0 && (knownDevices ?? 0) > 0) {
    return {
      state: 'partial',
      reason: `the inventory came back empty, yet ${knownDevices ?? 0} devices are known`,
      endpoint: null,
      hint: 'An empty list is never taken for an empty fleet: check that the client still has its read privilege and is not limited to a site.',
    };
  }
  return { state: 'complete', reason: null, endpoint: null, hint: null };
}

function maximum(one: number | null, other: number | null): number | null {
  if (one === null) return other;
  return other === null ? one : Math.max(one, other);
}

function later(one: string | null, other: IsoTime | null): string | null {
  if (one === null) return other;
  return other === null || other < one ? one : other;
}
