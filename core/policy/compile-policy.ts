/** Turns a policy into a function that judges phones: everything that can be decided once is decided here. */
import { formatTime } from '../device/iso-time';
import { makeModelIndex } from '../device/attainable-version';
import type { ModelIndex } from '../device/attainable-version';
import { parseAppleVersion } from '../device/compare-apple-version';
import type { AppleVersion } from '../device/compare-apple-version';
import { isPhone } from '../device/managed-device';
import type { IsoTime, Line, ManagedDevice } from '../device/managed-device';
import type { SourceFields } from '../ports/inventory-source';
import { stand } from '../readiness/stand';
import type { Stand } from '../readiness/stand';
import type { Rung } from '../readiness/ladder';
import { canonicalDigest } from './canonical-digest';
import { makeExceptions } from './exceptions';
import type { ExceptionFinder } from './exceptions';
import { makeGraceCalendar } from './grace';
import type { GraceCalendar } from './grace';
import { makeGroupMatcher } from './match-group';
import type { GroupMatcher } from './match-group';
import type { OsCatalog } from './os-catalog';
import { appMinimum } from './rules/app-minimum';
import { carrierReady, makeCarrierTable } from './rules/carrier';
import type { CarrierTable } from './rules/carrier';
import { enrolled } from './rules/enrolled';
import type { Finding } from './rules/finding';
import { osIntegrity } from './rules/os-integrity';
import { androidFeatureMinimum, appleFeatureMinimum } from './rules/os-feature-minimum';
import { osSecurityMinimum } from './rules/os-security-minimum';
import { patchLevel } from './rules/patch-level';
import { rcsAllowed } from './rules/rcs-allowed';
import { reporting } from './rules/reporting';
import { appChannel, osChannel } from './rules/update-channel';
import type { EffectivePolicy, Policy } from './schema';
import type { Compliance, RuleResult, Verdict } from './verdict';

export interface EvaluationContext {
  /** The moment of judging, milliseconds since the epoch. */
  readonly now: number;
  readonly sourceFields: SourceFields;
  /** Whether a key directory is configured: without one the key rungs do not apply. */
  readonly directory: 'none';
}

export interface CompiledPolicy {
  /** SHA-256 of the policy, hex. */
  readonly digest: string;
  readonly policy: Policy;
  evaluate(device: ManagedDevice, context: EvaluationContext): Verdict;
  /** Name of the group whose overrides apply to the device; null for none. */
  groupOf(device: ManagedDevice): string | null;
}

interface PhoneRule {
  readonly id: string;
  readonly rung: Rung;
  readonly field: keyof SourceFields | 'policy';
  judge(device: ManagedDevice, now: number): Finding;
}

interface RuleSet {
  readonly policy: EffectivePolicy;
  readonly ios: readonly PhoneRule[];
  readonly android: readonly PhoneRule[];
}

export function compilePolicy(policy: Policy, catalog: OsCatalog | null): CompiledPolicy {
  const models = catalog === null ? null : makeModelIndex(catalog);
  const base = ruleSet(policy, models);
  const groups = policy.groups.map((group): { name: string; matches: GroupMatcher; rules: RuleSet } => ({
    name: group.name,
    matches: makeGroupMatcher(group),
    rules: ruleSet({ ...policy, ...defined(group.overrides) }, models),
  }));
  const carriers = makeCarrierTable(policy.carriers);
  const exceptions = makeExceptions(policy);
  const grace = makeGraceCalendar(policy);
  const digest = canonicalDigest(policy);
  const isCorporate = corporateLines(policy.lines.corporate, carriers);

  const groupOf = (device: ManagedDevice): (typeof groups)[number] | undefined =>
    groups.length === 0 ? undefined : groups.find(({ matches }) => matches(device));

  return {
    digest,
    policy,
    groupOf: (device) => groupOf(device)?.name ?? null,
    evaluate(device, context) {
      const evaluatedAt = formatTime(context.now);
      if (!isPhone(device)) return notJudged(device, evaluatedAt, digest);
      const group = groupOf(device);
      const rules = group?.rules ?? base;
      const labels = new Labels(device, context, grace, exceptions, group?.name ?? null);
      const results: RuleResult[] = [];
      let cannotUpdate = false;
      for (const rule of device.platform === 'ios' ? rules.ios : rules.android) {
        const finding = rule.judge(device, context.now);
        if (finding.cannotUpdate === true) cannotUpdate = true;
        results.push(labels.label(finding, rule.id, rule.rung, rule.field, null));
      }
      const slots: number[] = [];
      for (const line of device.lines) {
        const corporate = isCorporate(line);
        if (corporate) slots.push(line.slot);
        results.push(labels.label(carrierReady(line, carriers), 'carrier', 'carrier', 'carrier', line.slot));
      }
      if (device.lines.length === 0) results.push(labels.label(NO_LINES, 'carrier', 'carrier', 'carrier', null));
      results.push(labels.label(NO_DIRECTORY, 'key-present', 'key-present', 'policy', null));
      results.push(labels.label(NO_DIRECTORY, 'key-attested', 'key-attested', 'policy', null));

      // Where no line is known to be the company's, every line may be.
      const standing = stand(results, slots.length > 0 ? slots : device.lines.map(({ slot }) => slot));
      return {
        deviceKey: device.deviceKey,
        evaluatedAt,
        policyDigest: digest,
        applicable: true,
        ...standing,
        readiness: readinessOf(standing, device, carriers),
        compliance: complianceOf(results, standing.bestLine, rules.policy.unknownIs, evaluatedAt),
        cannotUpdate,
        rules: results,
      };
    },
  };
}

const NO_LINES: Finding = {
  answer: 'unknown',
  observed: null,
  required: 'encryption on',
  reason: 'The MDM shows no line of this phone, so its carrier is not known.',
};

const NO_DIRECTORY: Finding = {
  answer: 'not-applicable',
  observed: null,
  required: null,
  reason: 'No key directory is configured.',
};

function defined<T extends object>(overrides: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(overrides).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]?: Exclude<T[K], undefined>;
  };
}

function ruleSet(policy: EffectivePolicy, models: ModelIndex | null): RuleSet {
  const everyPhone: PhoneRule[] = [
    { id: 'enrolled', rung: 'enrolled', field: 'enrollment', judge: enrolled },
    {
      id: 'reporting',
      rung: 'reporting',
      field: 'lastSeen',
      judge: (device, now) => reporting(device, policy.reporting.maxAgeDays, now),
    },
    {
      id: 'os.integrity',
      rung: 'os',
      field: 'jailbroken',
      judge: (device) => osIntegrity(device, policy.integrity.allowJailbroken),
    },
  ];
  const block: PhoneRule = {
    id: 'rcs-allowed',
    rung: 'rcs-allowed',
    field: 'profiles',
    judge: (device) => rcsAllowed(device, policy.rcsAllowed),
  };
  const featureMinimum = parseAppleVersion(policy.apple.featureMinimum);
  const securityMinimums = new Map<number, AppleVersion>();
  for (const [train, version] of Object.entries(policy.apple.securityMinimums)) {
    const parsed = parseAppleVersion(version);
    if (parsed !== null) securityMinimums.set(Number(train), parsed);
  }
  const ios: PhoneRule[] = [
    {
      id: 'os.feature-minimum',
      rung: 'os',
      field: 'osVersion',
      judge: (device) => appleFeatureMinimum(device, featureMinimum, models),
    },
    {
      id: 'os.security-minimum',
      rung: 'os',
      field: 'osVersion',
      judge: (device) => osSecurityMinimum(device, securityMinimums, models),
    },
    {
      id: 'channel.os-beta',
      rung: 'channel',
      field: 'osBuild',
      judge: (device) => osChannel(device, policy.apple.allowBeta),
    },
  ];
  const android: PhoneRule[] = [
    {
      id: 'os.feature-minimum',
      rung: 'os',
      field: 'osVersion',
      judge: (device) => androidFeatureMinimum(device, policy.android.featureMinimum ?? null),
    },
    {
      id: 'patch.level',
      rung: 'patch',
      field: 'securityPatch',
      judge: (device, now) => patchLevel(device, policy.android.securityPatch, now),
    },
  ];
  for (const app of policy.apps) {
    (app.platform === 'ios' ? ios : android).push(
      { id: `app.minimum:${app.id}`, rung: 'app', field: 'apps', judge: (device) => appMinimum(device, app) },
      { id: `channel.app:${app.id}`, rung: 'channel', field: 'apps', judge: (device) => appChannel(device, app) },
    );
  }
  return { policy, ios: [...everyPhone, ...ios, block], android: [...everyPhone, ...android, block] };
}

/** Gives findings their rule, rung, source, grace and exception. One for each phone. */
class Labels {
  constructor(
    private readonly device: ManagedDevice,
    private readonly context: EvaluationContext,
    private readonly grace: GraceCalendar,
    private readonly exceptions: ExceptionFinder,
    private readonly group: string | null,
  ) {}

  label(
    { answer, observed, required, reason }: Finding,
    rule: string,
    rung: Rung,
    field: keyof SourceFields | 'policy',
    line: number | null,
  ): RuleResult {
    const { device, context } = this;
    const failed = answer === 'fail';
    return {
      rule,
      rung,
      answer,
      observed,
      required,
      sourceField: field === 'policy' ? 'policy' : context.sourceFields[field],
      sourceTime: field === 'policy' ? null : field === 'lastSeen' ? device.enrollment.lastSeenAt : device.inventoryAt,
      reason,
      line,
      graceUntil: failed ? this.grace.until(rule, device.enrollment.enrolledAt) : null,
      exception: failed ? this.exceptions.reasonFor(rule, device, this.group, context.now) : null,
    };
  }
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

function corporateLines(corporate: Policy['lines']['corporate'], carriers: CarrierTable): (line: Line) => boolean {
  if (corporate === 'any') return () => true;
  const slots = corporate.slots === undefined ? null : new Set(corporate.slots);
  const names = corporate.carriers === undefined ? null : new Set(corporate.carriers.map((name) => name.toLowerCase()));
  return (line) => {
    if (slots !== null && !slots.has(line.slot)) return false;
    if (names === null) return true;
    const listed = carriers.find(line)?.name ?? line.carrier;
    return listed !== null && names.has(listed.toLowerCase());
  };
}

/** `confirmed` needs a person or a lab that saw the carrier's encryption work, with a date. */
function readinessOf(
  { standing, bestLine }: Stand,
  device: ManagedDevice,
  carriers: CarrierTable,
): Verdict['readiness'] {
  if (standing === 'undetermined') return 'undetermined';
  if (standing !== 'ready') return 'not-ready';
  const line = device.lines.find(({ slot }) => slot === bestLine);
  const confirmed = line === undefined ? undefined : carriers.find(line)?.confirmed;
  return confirmed === undefined ? 'ready-unconfirmed' : 'confirmed';
}

/** What the carrier and the key directory do is not the phone's compliance. */
const BEYOND_THE_PHONE: ReadonlySet<Rung> = new Set(['carrier', 'key-present', 'key-attested']);

function complianceOf(
  results: readonly RuleResult[],
  bestLine: number | null,
  unknownIs: Policy['unknownIs'],
  now: IsoTime,
): Compliance {
  let inGrace = false;
  let unseen = false;
  let excepted = false;
  for (const { answer, rung, line, exception, graceUntil } of results) {
    if (BEYOND_THE_PHONE.has(rung) || (line !== null && line !== bestLine)) continue;
    if (answer === 'unknown') {
      if (unknownIs === 'noncompliant') return 'noncompliant';
      unseen = true;
    } else if (answer === 'fail') {
      if (exception !== null) excepted = true;
      else if (graceUntil !== null && graceUntil > now) inGrace = true;
      else return 'noncompliant';
    }
  }
  if (inGrace) return 'in-grace';
  if (unseen) return 'unknown';
  return excepted ? 'excepted' : 'compliant';
}
