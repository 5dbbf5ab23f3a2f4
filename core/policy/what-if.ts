/** Compares two policies over the same phones: who would change verdict, and which rules are the reason. */
import type { DeviceKey, ManagedDevice } from '../device/managed-device';
import type { SourceFields } from '../ports/inventory-source';
import type { CompiledPolicy } from './compile-policy';
import type { Standing, Verdict } from './verdict';

export interface Change {
  readonly deviceKey: DeviceKey;
  readonly from: Standing;
  readonly to: Standing;
  /** Rules whose answer differs, with both answers: `os.feature-minimum: pass → fail`. */
  readonly because: readonly string[];
}

export interface WhatIf {
  readonly phones: number;
  readonly changed: number;
  /** Phones that would be ready and are not, and the other way round. */
  readonly becomeReady: number;
  readonly ceaseToBeReady: number;
  readonly transitions: readonly { readonly from: Standing; readonly to: Standing; readonly phones: number }[];
  readonly byRule: Readonly<Record<string, number>>;
  readonly byPlatform: Readonly<Record<string, number>>;
  readonly byModel: Readonly<Record<string, number>>;
  readonly byCarrier: Readonly<Record<string, number>>;
  readonly byGroup: Readonly<Record<string, number>>;
  /** The first {@link MAX_EXAMPLES} phones that change. */
  readonly examples: readonly Change[];
}

export const MAX_EXAMPLES = 1000;
const MAX_KEYS = 200;

export interface WhatIfTally {
  add(device: ManagedDevice, sourceFields: SourceFields): void;
  result(): WhatIf;
}

export function makeWhatIf(present: CompiledPolicy, other: CompiledPolicy, now: number): WhatIfTally {
  let phones = 0;
  let changed = 0;
  let becomeReady = 0;
  let ceaseToBeReady = 0;
  const transitions = new Map<string, { from: Standing; to: Standing; phones: number }>();
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
      if (before.standing === null || after.standing === null) return;
      phones += 1;
      if (before.standing === after.standing) return;
      changed += 1;
      if (after.standing === 'ready') becomeReady += 1;
      if (before.standing === 'ready') ceaseToBeReady += 1;
      const key = `${before.standing}>${after.standing}`;
      const transition = transitions.get(key) ?? { from: before.standing, to: after.standing, phones: 0 };
      transition.phones += 1;
      transitions.set(key, transition);
      const because = differences(before, after);
      for (const { rule } of because) byRule.add(rule);
      byPlatform.add(device.platform);
      byModel.add(device.model ?? device.modelId ?? 'unknown');
      byCarrier.add(device.lines.find(({ slot }) => slot === after.bestLine)?.carrier ?? 'unknown');
      byGroup.add(other.groupOf(device) ?? 'none');
      if (examples.length < MAX_EXAMPLES) {
        examples.push({
          deviceKey: device.deviceKey,
          from: before.standing,
          to: after.standing,
          because: because.map(({ rule, from, to }) => `${rule}: ${from} → ${to}`),
        });
      }
    },
    result: () => ({
      phones,
      changed,
      becomeReady,
      ceaseToBeReady,
      transitions: [...transitions.values()].sort((one, two) => two.phones - one.phones),
      byRule: byRule.result(),
      byPlatform: byPlatform.result(),
      byModel: byModel.result(),
      byCarrier: byCarrier.result(),
      byGroup: byGroup.result(),
      examples,
    }),
  };
}

function differences(before: Verdict, after: Verdict): { rule: string; from: string; to: string }[] {
  const answers = new Map<string, string>();
  for (const { rule, line, answer } of before.rules) answers.set(`${rule}/${line ?? ''}`, answer);
  const found = new Map<string, { rule: string; from: string; to: string }>();
  for (const { rule, line, answer } of after.rules) {
    const key = `${rule}/${line ?? ''}`;
    const from = answers.get(key) ?? 'no rule';
    answers.delete(key);
    if (from !== answer) found.set(rule, { rule, from, to: answer });
  }
  for (const [key, from] of answers) {
    const rule = key.slice(0, key.lastIndexOf('/'));
    found.set(rule, { rule, from, to: 'no rule' });
  }
  return [...found.values()];
}

/** Counts by name; beyond a bounded number of names the rest goes to `other`. */
function makeCounter(): { add(name: string): void; result(): Record<string, number> } {
  const counts = new Map<string, number>();
  return {
    add(name) {
      const key = counts.has(name) || counts.size < MAX_KEYS ? name : 'other';
      counts.set(key, (counts.get(key) ?? 0) + 1);
    },
    result: () => Object.fromEntries([...counts].sort(([, one], [, two]) => two - one)),
  };
}
