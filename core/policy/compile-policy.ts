/** Turns a policy into a function that judges phones: everything that can be decided once is decided here. */
import { formatTime } from '../device/iso-time';
import { isPhone } from '../device/managed-device';
import type { IsoTime, Line, ManagedDevice } from '../device/managed-device';
import type { SourceFields } from '../ports/inventory-source';
import { stand } from '../readiness/stand';
import type { Stand } from '../readiness/stand';
import { applyOverrides } from './apply-overrides';
import { canonicalDigest } from './canonical-digest';
import { makeCarrierTable } from './carrier-table';
import type { CarrierTable } from './carrier-table';
import { countedLines } from './corporate-lines';
import { judgeCompliance } from './judge-compliance';
import { labelFinding } from './label-finding';
import type { RuleLabel } from './label-finding';
import { makeGroupMatcher } from './match-group';
import type { OsCatalog } from './os-catalog';
import { makeReleaseIndex } from './release-index';
import { makeRuleSet } from './rule-set';
import type { RuleSet } from './rule-set';
import { carrierEncryption } from './rules/carrier';
import type { JudgeLine } from './rules/carrier';
import { notApplicable, unknown } from './rules/finding';
import type { Finding } from './rules/finding';
import type { Policy } from './schema';
import type { RuleResult, Verdict } from './verdict';

export interface EvaluationContext {
  /** The moment of judging, milliseconds since the epoch: one moment for all phones of a run. */
  readonly now: number;
  readonly sourceFields: SourceFields;
  /** Whether a key directory is configured: without one the key rungs do not apply. */
  readonly directory: 'none';
}

export interface CompiledPolicy {
  /** SHA-256 of the policy, hex. */
  readonly digest: string;
  readonly policy: Policy;
  /** Pure: the same device, policy, release feed and moment give the same verdict. */
  evaluate(device: ManagedDevice, context: EvaluationContext): Verdict;
  /** Name of the group whose overrides apply to the device; null for none. */
  groupOf(device: ManagedDevice): string | null;
  /** Lines that are the company's, else those that may be; none for a phone with private lines only. */
  corporateLines(device: ManagedDevice): readonly Line[];
}

/** @param catalog what the release feed says of iOS; null where none is configured: then no model is said to be stuck. */
export function compilePolicy(policy: Policy, catalog: OsCatalog | null): CompiledPolicy {
  const carriers = makeCarrierTable(policy.carriers);
  const judgeLine = carrierEncryption(carriers, policy.carriers);
  const parts = { carriers, releases: catalog === null ? null : makeReleaseIndex(catalog) };
  const base = makeRuleSet(policy, null, parts);
  const groups = policy.groups.map((group) => ({
    matches: makeGroupMatcher(group),
    rules: makeRuleSet(applyOverrides(policy, group.overrides), group.name, parts),
  }));
  const digest = canonicalDigest(policy);
  const timeOf = lastTime();

  const rulesFor = (device: ManagedDevice): RuleSet => {
    for (const { matches, rules } of groups) if (matches(device)) return rules;
    return base;
  };

  return {
    digest,
    policy,
    groupOf: (device) => rulesFor(device).group,
    corporateLines(device) {
      const counted = countedLines(device.lines, rulesFor(device).isCorporate);
      return device.lines.filter(({ slot }) => counted.includes(slot));
    },
    evaluate(device, context) {
      const evaluatedAt = timeOf(context.now);
      if (!isPhone(device)) return notJudged(device, evaluatedAt, digest);
      const rules = rulesFor(device);
      const results: RuleResult[] = [];
      const cannotUpdate = judgePhone(device, rules, context, results);
      const counted = judgeLines(device, rules, judgeLine, context, results);
      const standing = stand(results, counted);
      return {
        deviceKey: device.deviceKey,
        evaluatedAt,
        policyDigest: digest,
        applicable: true,
        standing: standing.standing,
        failing: standing.failing,
        unknown: standing.unknown,
        bestLine: standing.bestLine,
        readiness: readinessOf(standing, device, carriers),
        compliance: judgeCompliance(results, rules.unknownIs),
        cannotUpdate,
        rules: results,
      };
    },
  };
}

/** Adds the answers about the whole phone. @returns whether a minimum is out of the model's reach. */
function judgePhone(device: ManagedDevice, rules: RuleSet, context: EvaluationContext, results: RuleResult[]): boolean {
  const { now, sourceFields } = context;
  let cannotUpdate = false;
  for (const rule of device.platform === 'ios' ? rules.ios : rules.android) {
    const finding = rule.judge(device, now);
    if (finding.cannotUpdate === true) cannotUpdate = true;
    results.push(labelFinding(finding, rule, null, device, sourceFields, rules, now));
  }
  return cannotUpdate;
}

const CARRIER: RuleLabel = { id: 'carrier', rung: 'carrier', source: 'carrier' };
const REQUIRED = 'encryption on';
const NO_LINES = unknown(null, REQUIRED, 'The MDM shows no line of this phone, so its carrier is not known.');
const LINES_HIDDEN = unknown(null, REQUIRED, 'Under user enrollment the MDM sees no line: the carrier is not known.');
const ALL_PRIVATE = unknown(null, REQUIRED, 'No line of this phone is one of the company’s, by the policy.');
const PRIVATE = notApplicable('The policy does not count this line as the company’s.');

/** Adds an answer for each line. @returns slots of the lines that decide where the phone stands. */
function judgeLines(
  device: ManagedDevice,
  rules: RuleSet,
  judgeLine: JudgeLine,
  { now, sourceFields }: EvaluationContext,
  results: RuleResult[],
): readonly number[] {
  const add = (finding: Finding, line: number | null): void => {
    results.push(labelFinding(finding, CARRIER, line, device, sourceFields, rules, now));
  };
  const { lines, management } = device;
  if (lines.length === 0) {
    add(management.mode === 'user-enrollment' ? LINES_HIDDEN : NO_LINES, null);
    return [];
  }
  const counted = countedLines(lines, rules.isCorporate);
  for (const line of lines) add(counted.includes(line.slot) ? judgeLine(line, device.platform) : PRIVATE, line.slot);
  if (counted.length === 0) add(ALL_PRIVATE, null);
  return counted;
}

function notJudged(device: ManagedDevice, evaluatedAt: IsoTime, policyDigest: string): Verdict {
  return {
    deviceKey: device.deviceKey,
    evaluatedAt,
    policyDigest,
    applicable: false,
    standing: null,
    failing: [],
    unknown: [],
    bestLine: null,
    readiness: null,
    compliance: null,
    cannotUpdate: false,
    rules: [],
  };
}

/** `confirmed` needs a person or a lab that saw the carrier's encryption work, with a date (facts/rcs-carrier.md §5). */
function readinessOf(
  { standing, bestLine }: Stand,
  device: ManagedDevice,
  carriers: CarrierTable,
): Verdict['readiness'] {
  if (standing === 'undetermined') return 'undetermined';
  if (standing !== 'ready') return 'not-ready';
  const line = device.lines.find(({ slot }) => slot === bestLine);
  const confirmed = line === undefined ? undefined : carriers.find(line).carrier?.confirmed;
  return confirmed === undefined ? 'ready-unconfirmed' : 'confirmed';
}

/** All phones of a run are judged at one moment: its text is made once. */
function lastTime(): (now: number) => IsoTime {
  let at = NaN;
  let text = formatTime(0);
  return (now) => {
    if (now !== at) {
      at = now;
      text = formatTime(now);
    }
    return text;
  };
}
