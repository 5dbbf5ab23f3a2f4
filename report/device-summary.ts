/** One phone as a report shows it: who, what, where it stands, and every rule's answer with its evidence. */
import type { DeviceKey, InstalledApp, IsoTime, ManagedDevice, Platform } from '../core/device/managed-device';
import type { Compliance, RuleResult, Standing, Verdict } from '../core/policy/verdict';
import type { Rung } from '../core/readiness/ladder';
import { breakdownValues, carrierOf, flagsOf, perBreakdown, type Flag, type PerBreakdown } from './facets';
import { actionFor } from './fix-actions';
import type { RowActions } from './fix-first';
import { maskPhone } from './mask-phone';
import { seenClass, type SeenClass } from './last-seen';
import { kindOf, type DuplicateKind, type ReportRow, type RowKind } from './report-row';

export interface LineSummary {
  readonly slot: number;
  /** Masked but for the last two digits, unless the report was asked to show numbers. */
  readonly phone: string | null;
  readonly carrier: string | null;
  readonly homePlmn: string | null;
  readonly carrierSettings: string | null;
  readonly roaming: boolean | null;
}

export interface DeviceSummary {
  readonly deviceKey: DeviceKey;
  readonly connectorId: string;
  readonly vendorId: string;
  readonly kind: RowKind;
  readonly duplicateOf: DeviceKey | null;
  readonly duplicateKind: DuplicateKind | null;
  readonly platform: Platform;
  readonly osVersion: string | null;
  readonly securityPatch: string | null;
  readonly manufacturer: string | null;
  readonly model: string | null;
  readonly modelId: string | null;
  readonly serial: string | null;
  readonly user: string | null;
  readonly ownership: ManagedDevice['management']['ownership'];
  readonly mode: ManagedDevice['management']['mode'];
  readonly supervised: boolean | null;
  readonly enrollment: ManagedDevice['enrollment']['state'];
  readonly enrolledAt: IsoTime | null;
  readonly lastSeenAt: IsoTime | null;
  readonly inventoryAt: IsoTime | null;
  readonly lines: readonly LineSummary[];
  readonly bestLine: number | null;
  readonly carrier: string;
  readonly apps: readonly InstalledApp[] | null;
  readonly standing: Standing | null;
  readonly failing: readonly Rung[];
  readonly unknown: readonly Rung[];
  readonly readiness: Verdict['readiness'];
  readonly compliance: Compliance | null;
  readonly seen: SeenClass;
  readonly flags: readonly Flag[];
  /** Ids of the actions that would help this phone. */
  readonly actions: readonly string[];
  /** The action that alone would move the phone up a rung. */
  readonly movedBy: string | null;
  /** The action that alone would make it ready. */
  readonly madeReadyBy: string | null;
  /** Values of the breakdowns, as links name them; "Other" where a value has no row of its own. */
  readonly facets: Facets;
  readonly rules: readonly ExplainedRule[];
}

/** A rule's answer with what to do about it; `next` is null where nothing is to be done. */
export interface ExplainedRule extends RuleResult {
  readonly next: string | null;
}

export type Facets = PerBreakdown<readonly string[]>;

/** Every breakdown's values for one row. */
export function facetsOf(row: ReportRow): Facets {
  return perBreakdown((name) => breakdownValues(name, row));
}

export interface SummaryOptions {
  readonly showPhones: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly actions: RowActions;
  readonly facets: Facets;
}

/** What is kept of a row for the lists: no IMEI, no ICCID, no full number unless asked. */
export function summarizeDevice(row: ReportRow, options: SummaryOptions): DeviceSummary {
  const { device, verdict } = row;
  return {
    deviceKey: device.deviceKey,
    connectorId: device.connectorId,
    vendorId: device.vendorId,
    kind: kindOf(row),
    duplicateOf: row.duplicate?.of ?? null,
    duplicateKind: row.duplicate?.kind ?? null,
    platform: device.platform,
    osVersion: device.osVersion,
    securityPatch: device.securityPatch,
    manufacturer: device.manufacturer,
    model: device.model,
    modelId: device.modelId,
    serial: device.serial,
    user: device.user.email ?? device.user.name,
    ownership: device.management.ownership,
    mode: device.management.mode,
    supervised: device.management.supervised,
    enrollment: device.enrollment.state,
    enrolledAt: device.enrollment.enrolledAt,
    lastSeenAt: device.enrollment.lastSeenAt,
    inventoryAt: device.inventoryAt,
    lines: device.lines.map((line) => ({
      slot: line.slot,
      phone: options.showPhones ? line.phone : maskPhone(line.phone),
      carrier: line.carrier,
      homePlmn: line.homePlmn,
      carrierSettings: line.carrierSettings,
      roaming: line.roaming,
    })),
    bestLine: verdict.bestLine,
    carrier: carrierOf(row),
    apps: device.apps,
    standing: verdict.standing,
    failing: verdict.failing,
    unknown: verdict.unknown,
    readiness: verdict.readiness,
    compliance: verdict.compliance,
    seen: seenClass(device.enrollment.lastSeenAt, options.now),
    flags: flagsOf(row),
    actions: options.actions.ids,
    movedBy: options.actions.movedBy,
    madeReadyBy: options.actions.madeReadyBy,
    facets: options.facets,
    rules: verdict.rules.map((rule) => ({ ...rule, next: actionFor(row, rule)?.next ?? null })),
  };
}
