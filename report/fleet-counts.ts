/** The totals of a report: every counted phone once, and what was not counted. */
import type { Compliance, Standing } from '../core/policy/verdict';
import { isReporting, outcomeOf, type Outcome } from './facets';
import type { SeenClass } from './last-seen';
import type { DuplicateKind, ReportRow } from './report-row';

export interface ReportCounts {
  /** Inventory records: phones, further records of the same phones, tablets and computers. */
  readonly records: number;
  /** Phones, each counted once: what every share is a share of. */
  readonly phones: number;
  /** Phones seen within the days of the policy: what the second share is a share of. */
  readonly reporting: number;
  /** Ready (unconfirmed) or confirmed. */
  readonly ready: number;
  /** Of `ready`, those that a person or a lab confirmed. */
  readonly confirmed: number;
  readonly undetermined: number;
  readonly blocked: number;
  /** Phones seen within the days of the policy, by outcome; the sum is `reporting`. */
  readonly reportingBy: Readonly<Record<Outcome, number>>;
  readonly cannotUpdate: number;
  readonly jailbroken: number;
  readonly duplicates: Readonly<Record<DuplicateKind, number>>;
  readonly notJudged: number;
  readonly byStanding: Readonly<Record<Standing, number>>;
  readonly byCompliance: Readonly<Record<Compliance, number>>;
  readonly bySeen: Readonly<Record<SeenClass, number>>;
}

export interface FleetCounts {
  /** A phone that counts. */
  addPhone(row: ReportRow, seen: SeenClass): void;
  /** Another record of a phone that counts already, or a device that nobody judges. */
  addUncounted(duplicate: DuplicateKind | null): void;
  finish(): ReportCounts;
}

export function makeFleetCounts(): FleetCounts {
  const totals = { records: 0, phones: 0, reporting: 0, confirmed: 0, cannotUpdate: 0, jailbroken: 0, notJudged: 0 };
  const duplicates: Record<DuplicateKind, number> = { 're-enrollment': 0, 'cross-mdm': 0 };
  const byStanding: Record<Standing, number> = {
    enrolled: 0,
    reporting: 0,
    os: 0,
    patch: 0,
    app: 0,
    channel: 0,
    'rcs-allowed': 0,
    carrier: 0,
    'key-present': 0,
    'key-attested': 0,
    ready: 0,
    undetermined: 0,
  };
  const byCompliance: Record<Compliance, number> = {
    compliant: 0,
    'in-grace': 0,
    excepted: 0,
    noncompliant: 0,
    unknown: 0,
  };
  const reportingBy: Record<Outcome, number> = { ready: 0, blocked: 0, undetermined: 0 };
  const bySeen: Record<SeenClass, number> = { day: 0, week: 0, month: 0, quarter: 0, older: 0, never: 0 };

  return {
    addPhone({ device, verdict }, seen) {
      totals.records += 1;
      totals.phones += 1;
      if (isReporting(verdict)) {
        totals.reporting += 1;
        reportingBy[outcomeOf(verdict.standing)] += 1;
      }
      if (verdict.readiness === 'confirmed') totals.confirmed += 1;
      if (verdict.cannotUpdate) totals.cannotUpdate += 1;
      if (device.integrity.jailbroken === true) totals.jailbroken += 1;
      byStanding[verdict.standing ?? 'undetermined'] += 1;
      byCompliance[verdict.compliance ?? 'unknown'] += 1;
      bySeen[seen] += 1;
    },
    addUncounted(duplicate) {
      totals.records += 1;
      if (duplicate === null) totals.notJudged += 1;
      else duplicates[duplicate] += 1;
    },
    finish: () => ({
      ...totals,
      ready: byStanding.ready,
      undetermined: byStanding.undetermined,
      blocked: totals.phones - byStanding.ready - byStanding.undetermined,
      reportingBy: { ...reportingBy },
      duplicates: { ...duplicates },
      byStanding: { ...byStanding },
      byCompliance: { ...byCompliance },
      bySeen: { ...bySeen },
    }),
  };
}
