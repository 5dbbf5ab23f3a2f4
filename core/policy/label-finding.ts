/** Gives a finding its rule, its source in the vendor's words, its grace and its exception. */
import type { IsoTime, ManagedDevice } from '../device/managed-device';
import type { SourceFields } from '../ports/inventory-source';
import type { Rung } from '../readiness/ladder';
import type { RuleSet } from './rule-set';
import type { Finding, FindingSource } from './rules/finding';
import type { RuleResult } from './verdict';

/** What a rule is called and where it usually looks. */
export interface RuleLabel {
  readonly id: string;
  readonly rung: Rung;
  readonly source: FindingSource;
}

/**
 * @param line slot of the line that the finding speaks of; null for the whole phone.
 * @param now milliseconds since the epoch.
 */
export function labelFinding(
  finding: Finding,
  rule: RuleLabel,
  line: number | null,
  device: ManagedDevice,
  sourceFields: SourceFields,
  rules: RuleSet,
  now: number,
): RuleResult {
  const { answer } = finding;
  const source = finding.source ?? rule.source;
  const counts = answer === 'fail' || (answer === 'unknown' && rules.unknownIs === 'noncompliant');
  return {
    rule: rule.id,
    rung: rule.rung,
    answer,
    observed: finding.observed,
    required: finding.required,
    sourceField: source === 'policy' ? 'policy' : sourceFields[source],
    sourceTime: sourceTime(source, device),
    reason: finding.reason,
    line,
    graceUntil: counts ? rules.grace.until(rule.id, device.enrollment.enrolledAt, now) : null,
    exception: counts ? rules.exceptions.reasonFor(rule.id, device, now) : null,
  };
}

/** Enrollment is the MDM's own record, as new as the reading; the phone's values are as old as its last inventory. */
function sourceTime(source: FindingSource, device: ManagedDevice): IsoTime | null {
  switch (source) {
    case 'policy':
      return null;
    case 'enrollment':
      return device.observedAt;
    case 'lastSeen':
      return device.enrollment.lastSeenAt;
    default:
      return device.inventoryAt;
  }
}
