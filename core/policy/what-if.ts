/** Compares two policies over the same phones: who would change verdict, and which rules are the reason. */
import type { DeviceKey, ManagedDevice } from '../device/managed-device';
import type { SourceFields } from '../ports/inventory-source';
import type { CompiledPolicy } from './compile-policy';
import { explainChange } from './explain-change';
import type { Compliance, Standing, Verdict } from './verdict';

export interface Change {
  readonly deviceKey: DeviceKey;
  readonly from: Standing;
  readonly to: Standing;
  readonly complianceFrom: Compliance | null;
  readonly complianceTo: Compliance | null;
  /** The rules responsible, with both answers: `os.feature-minimum: pass → fail`. */
  readonly because: readonly string[];
}

export interface Transition<State> {
  readonly from: State;
  readonly to: State;
  readonly phones: number;
}

export interface WhatIf {
  readonly phones: number;
  /** Phones whose standing or compliance changes. */
  readonly changed: number;
  /** Phones that would be ready and are not, and the other way round. */
  readonly becomeReady: number;
  readonly ceaseToBeReady: number;
  readonly transitions: readonly Transition<Standing>[];
  readonly complianceTransitions: readonly Transition<Compliance>[];
  /** Changed phones by responsible rule; a phone counts once for each of its rules. */
  readonly byRule: Readonly<Record<string, number>>;
  readonly byPlatform: Readonly<Record<string, number>>;
  readonly byModel: Readonly<Record<string, number>>;
  readonly byCarrier: Readonly<Record<string, number>>;
  /** By group of the other policy. */
  readonly byGroup: Readonly<Record<string, number>>;
  /** The first {@link MAX_EXAMPLES} phones that change; {@link changed} counts them all. */
  readonly examples: readonly Change[];
}

export const MAX_EXAMPLES = 1000;
/** A fleet has a few hundred models; a field gone wild must not eat the memory. */
const MAX_NAMES = 1000;

export interface WhatIfTally {
  add(device: ManagedDevice, sourceFields: SourceFields): void;
  result(): WhatIf;
}

/**
 * Judges each phone by both policies, one after the other; keeps counts, never phones.
 *
 * @param now the moment of the run that read the phones, so that none changes only because a day has passed.
 */
export function makeWhatIf(present: CompiledPolicy, other: CompiledPolicy, now: number): WhatIfTally {
  let phones = 0;
  let changed = 0;
  let becomeReady = 0;
  let ceaseToBeReady = 0;
  const transitions = makeTransitions<Standing>();
  const complianceTransitions = makeTransitions<Compliance>();
  const byRule = makeCounter();
  const byPlatform = makeCounter();
  const byModel = makeCounter();
  const byCarrier = makeCounter();
  const byGroup = makeCounter();
  const examples: Change[] = [];

  return {
    add(device, sourceFields) {
      const context = { now, sourceFields, directory: 'none' } as const;
      const before = present.evaluate(device, context);
      const after = other.evaluate(device, context);
      const { standing: from, compliance: complianceFrom } = before;
      const { standing: to, compliance: complianceTo } = after;
      if (from === null || to === null) return;
      phones += 1;
      if (from === to && complianceFrom === complianceTo) return;
      changed += 1;
      if (from !== to) {
        if (to === 'ready') becomeReady += 1;
        if (from === 'ready') ceaseToBeReady += 1;
        transitions.add(from, to);
      }
      if (complianceFrom !== null && complianceTo !== null && complianceFrom !== complianceTo) {
        complianceTransitions.add(complianceFrom, complianceTo);
      }
      const because = explainChange(before, after);
      for (const { rule } of because) byRule.add(rule);
      byPlatform.add(device.platform);
      byModel.add(device.model ?? device.modelId ?? 'unknown');
      byCarrier.add(carrierOf(device, after));
      byGroup.add(other.groupOf(device) ?? 'none');
      if (examples.length < MAX_EXAMPLES) {
        examples.push({
          deviceKey: device.deviceKey,
          from,
          to,
          complianceFrom,
          complianceTo,
          because: because.map((change) => `${change.rule}: ${change.from} → ${change.to}`),
        });
      }
    },
    result: () => ({
      phones,
      changed,
      becomeReady,
      ceaseToBeReady,
      transitions: transitions.result(),
      complianceTransitions: complianceTransitions.result(),
      byRule: byRule.result(),
      byPlatform: byPlatform.result(),
      byModel: byModel.result(),
      byCarrier: byCarrier.result(),
      byGroup: byGroup.result(),
      examples: [...examples],
    }),
  };
}

function carrierOf({ lines }: ManagedDevice, { bestLine }: Verdict): string {
  const line = lines.find(({ slot }) => slot === bestLine);
  return line?.carrier ?? line?.homePlmn ?? 'unknown';
}

function makeTransitions<State extends string>(): {
  add(from: State, to: State): void;
  result(): Transition<State>[];
} {
  const counts = new Map<string, { from: State; to: State; phones: number }>();
  return {
    add(from, to) {
      const transition = counts.get(`${from}>${to}`);
      if (transition === undefined) counts.set(`${from}>${to}`, { from, to, phones: 1 });
      else transition.phones += 1;
    },
    result: () => [...counts.values()].map((each) => ({ ...each })).sort((one, two) => two.phones - one.phones),
  };
}

/** Counts by name, most first; beyond a bounded number of names the rest goes to `other`. */
function makeCounter(): { add(name: string): void; result(): Record<string, number> } {
  const counts = new Map<string, number>();
  return {
    add(name) {
      const key = counts.has(name) || counts.size < MAX_NAMES ? name : 'other';
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    result: () => Object.fromEntries([...counts].sort(([, one], [, two]) => two - one)),
  };
}
