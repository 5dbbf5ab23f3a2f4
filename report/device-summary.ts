/** One phone as a report shows it: who, what, where it stands, and every rule's answer with its evidence. */
import type { DeviceKey, InstalledApp, IsoTime, ManagedDevice, Platform } from '../core/device/managed-device';
import type { Compliance, RuleResult, Standing, Verdict } from '../core/policy/verdict';
import type { Rung } from '../core/readiness/ladder';
import { carrierOf, flagsOf, type Flag } from './facets';
import { maskPhone } from './mask-phone';
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
  readonly flags: readonly Flag[];
  /** Ids of the actions that would help this phone. */
  readonly actions: readonly string[];
  readonly rules: readonly RuleResult[];
}

export interface SummaryOptions {
  readonly showPhones: boolean;
  readonly actions: readonly string[];
}

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
    flags: flagsOf(row),
    actions: options.actions,
    rules: verdict.rules,
  };
}
