/** Policies, phones and release feeds for the tests of this room. */
import { compilePolicy } from '../../../../core/policy/compile-policy';
import type { OsCatalog } from '../../../../core/policy/os-catalog';
import type { Policy } from '../../../../core/policy/schema';
import { parsePolicy } from '../../../../core/policy/schema';
import type { RuleResult, Verdict } from '../../../../core/policy/verdict';
import type { InstalledApp, IsoTime, Line, ManagedDevice } from '../../../../core/device/managed-device';
import type { SourceFields } from '../../../../core/ports/inventory-source';
import { makeDevice } from '../../../support/make-device';

export const NOW = Date.parse('2026-11-25T12:00:00.000Z');

export const FIELDS: SourceFields = {
  enrollment: 'general.managed',
  lastSeen: 'general.lastContact',
  osVersion: 'general.osVersion',
  osBuild: 'general.osBuild',
  securityPatch: 'security.patch',
  apps: 'applications',
  phone: 'network.phone',
  carrier: 'network.carrier',
  carrierSettings: 'network.carrierSettings',
  jailbroken: 'security.jailbroken',
  profiles: 'profiles.identifier',
};

export const MESSAGES = 'com.google.android.apps.messaging';

/** Settings of a policy as its file holds them, without the version. */
export type Settings = Readonly<Record<string, unknown>>;

/** @throws Error where the policy does not parse: a test's own mistake. */
export function policyOf(settings: Settings = {}): Policy {
  const parsed = parsePolicy({ version: 1, ...settings });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.policy;
}

export interface JudgeOptions {
  readonly catalog?: OsCatalog;
  readonly now?: number;
}

export function judge(settings: Settings, device: ManagedDevice, options: JudgeOptions = {}): Verdict {
  return compilePolicy(policyOf(settings), options.catalog ?? null).evaluate(device, {
    now: options.now ?? NOW,
    sourceFields: FIELDS,
    directory: 'none',
  });
}

/** The answer of one rule; with a line, of one line. */
export function ruleOf(verdict: Verdict, rule: string, line: number | null = null): RuleResult {
  const found = verdict.rules.filter((result) => result.rule === rule && result.line === line);
  expect(found).toHaveLength(1);
  return found[0]!;
}

export function iPhone(fields: Partial<ManagedDevice> = {}): ManagedDevice {
  return makeDevice('1', { lines: [line(1)], ...fields });
}

/** A fully managed phone that passes what the tests ask. */
export function androidPhone(fields: Partial<ManagedDevice> = {}): ManagedDevice {
  return makeDevice('2', {
    platform: 'android',
    osVersion: '16',
    osBuild: null,
    apiLevel: null,
    securityPatch: '2026-10-05',
    manufacturer: 'Google',
    model: 'Pixel 9',
    modelId: 'tokay',
    lines: [line(1)],
    apps: [messages()],
    management: { ...makeDevice('x').management, supervised: null, mode: 'fully-managed' },
    ...fields,
  });
}

export function messages(fields: Partial<InstalledApp> = {}): InstalledApp {
  return {
    id: MESSAGES,
    name: 'Messages',
    version: 'messages.android_20260903_04_RC04.phone_dynamic',
    versionCode: 322660063,
    track: null,
    ...fields,
  };
}

export function line(slot: number, fields: Partial<Line> = {}): Line {
  return {
    slot,
    phone: null,
    phoneRaw: null,
    iccid: null,
    eid: null,
    imei: null,
    carrier: 'Example Mobile',
    homePlmn: '310260',
    carrierSettings: null,
    roaming: false,
    ...fields,
  };
}

export function management(fields: Partial<ManagedDevice['management']>): Pick<ManagedDevice, 'management'> {
  return { management: { ...makeDevice('x').management, ...fields } };
}

export function enrollment(fields: Partial<ManagedDevice['enrollment']>): Pick<ManagedDevice, 'enrollment'> {
  return { enrollment: { ...makeDevice('x').enrollment, ...fields } };
}

/** @param releases `[version, models]`. */
export function catalogOf(...releases: readonly (readonly [version: string, models: readonly string[]])[]): OsCatalog {
  return {
    source: 'sofa',
    checkedAt: iso('2026-11-20T00:00:00.000Z'),
    releases: releases.map(([version, models]) => ({ version, releasedAt: '2026-08-17', models })),
  };
}

export function iso(text: string): IsoTime {
  return text as IsoTime;
}

/** A carrier whose encryption is on: with it, a phone that passes everything is ready. */
export const EXAMPLE_MOBILE = {
  name: 'Example Mobile',
  plmns: ['310260'],
  endToEndEncryption: 'yes',
  evidence: 'lab',
  date: '2026-10-01',
} as const;
