/** A fleet of made-up rows for tests of the report: seeded, of any size, with every standing, oddity and duplicate in it. */
import {
  deviceKey,
  type E164,
  type IsoTime,
  type ManagedDevice,
  type Vendor,
} from '../../../core/device/managed-device';
import type { RuleResult, Standing, Verdict } from '../../../core/policy/verdict';
import { LADDER, type Rung } from '../../../core/readiness/ladder';
import type { ReportRow } from '../../../report/report-row';
import type { PolicyInfo, RunInfo } from '../../../report/run-info';

export const NOW = Date.parse('2026-11-25T08:00:00.000Z');
const DAY = 86_400_000;

export const iso = (ms: number): IsoTime => new Date(ms).toISOString() as IsoTime;

/** Numerical Recipes' generator: the same seed gives the same fleet. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 0x1_0000_0000;
  };
}

function pick<T>(items: readonly (readonly [weight: number, item: T])[], roll: number): T {
  let left = roll * items.reduce((sum, [weight]) => sum + weight, 0);
  for (const [weight, item] of items) {
    left -= weight;
    if (left < 0) return item;
  }
  return items[0]![1];
}

export function makeDevice(overrides: Partial<ManagedDevice> = {}): ManagedDevice {
  const vendorId = overrides.vendorId ?? '1';
  const connectorId = overrides.connectorId ?? 'jamf';
  return {
    deviceKey: deviceKey(connectorId, vendorId),
    connectorId,
    vendor: 'jamf',
    vendorId,
    platform: 'ios',
    osVersion: '26.6.1',
    osBuild: '23G83',
    securityPatch: null,
    apiLevel: null,
    manufacturer: 'Apple',
    model: 'iPhone 16',
    modelId: 'iPhone17,3',
    serial: `TEST${vendorId}`,
    imeis: [],
    udid: null,
    secondaryId: null,
    enrollment: {
      state: 'enrolled',
      raw: 'managed',
      enrolledAt: iso(NOW - 300 * DAY),
      lastSeenAt: iso(NOW - 3_600_000),
    },
    management: {
      supervised: true,
      mode: 'supervised',
      ownership: 'corporate',
      organizationGroup: null,
      groups: null,
      category: null,
      enrollmentProfile: null,
      profiles: null,
    },
    user: { id: null, name: 'user1', email: 'user1@example.com' },
    lines: [
      {
        slot: 1,
        phone: '+15550100017' as E164,
        phoneRaw: null,
        iccid: null,
        eid: null,
        imei: null,
        carrier: 'Example Mobile',
        homePlmn: '310260',
        carrierSettings: '63.0',
        roaming: false,
      },
    ],
    apps: [],
    integrity: { jailbroken: false, attestation: null },
    inventoryAt: iso(NOW - 7_200_000),
    observedAt: iso(NOW),
    ...overrides,
  };
}

export function makeRule(rung: Rung, answer: RuleResult['answer'], overrides: Partial<RuleResult> = {}): RuleResult {
  return {
    rule: rung,
    rung,
    answer,
    observed: answer === 'unknown' ? null : 'something',
    required: 'something else',
    sourceField: `general.${rung}`,
    sourceTime: iso(NOW - 7_200_000),
    reason: `The ${rung} rule says ${answer}.`,
    line: null,
    graceUntil: null,
    exception: null,
    ...overrides,
  };
}

/** A verdict with the standing that its rules give, as long as they speak of the whole phone or of one line. */
export function makeRow(
  device: ManagedDevice,
  rules: readonly RuleResult[],
  overrides: Partial<Verdict> = {},
): ReportRow {
  const rungsOf = (answer: RuleResult['answer']): Rung[] =>
    LADDER.filter((rung) => rules.some((rule) => rule.rung === rung && rule.answer === answer));
  const failing = rungsOf('fail');
  const unknown = rungsOf('unknown').filter((rung) => !failing.includes(rung));
  const standing: Standing = failing[0] ?? (unknown.length > 0 ? 'undetermined' : 'ready');
  const readiness =
    standing === 'ready' ? 'ready-unconfirmed' : standing === 'undetermined' ? 'undetermined' : 'not-ready';
  return {
    device,
    verdict: {
      deviceKey: device.deviceKey,
      evaluatedAt: iso(NOW),
      policyDigest: POLICY.digest,
      applicable: true,
      standing,
      failing,
      unknown,
      bestLine: device.lines[0]?.slot ?? null,
      readiness,
      compliance: standing === 'ready' ? 'compliant' : standing === 'undetermined' ? 'unknown' : 'noncompliant',
      cannotUpdate: false,
      rules,
      ...overrides,
    },
    duplicate: null,
  };
}

/** A tablet: inventoried, never judged. */
export function makeUnjudged(device: ManagedDevice): ReportRow {
  const judged = makeRow(device, []);
  return {
    ...judged,
    verdict: { ...judged.verdict, applicable: false, standing: null, readiness: null, compliance: null },
  };
}

export const POLICY: PolicyInfo = {
  digest: '9f2c3d64a1b05e7788c1d2e3f405162738495a6b7c8d9eafb0c1d2e3f4051627',
  summary: {
    reportingWithinDays: 14,
    requirements: [
      { label: 'iOS feature minimum', value: '26.5' },
      { label: 'iOS 26 security minimum', value: '26.6.1' },
      { label: 'Android minimum', value: '14' },
      { label: 'Android patch level', value: '2026-08-01 or later' },
      { label: 'Google Messages', value: '321000000 (unverified vendor minimum)' },
    ],
  },
};

type Weighted<T> = readonly (readonly [weight: number, item: T])[];
const IPHONES: Weighted<readonly [string, string]> = [
  [5, ['iPhone 16', 'iPhone17,3']],
  [4, ['iPhone 15', 'iPhone15,4']],
  [4, ['iPhone 17', 'iPhone18,3']],
  [3, ['iPhone 14', 'iPhone14,7']],
  [2, ['iPhone SE (3rd generation)', 'iPhone14,6']],
  [1, ['iPhone X', 'iPhone10,6']],
];
const ANDROIDS: Weighted<readonly [string, string, string]> = [
  [5, ['Samsung', 'Galaxy S24', 'SM-S921B']],
  [4, ['Samsung', 'Galaxy A55 5G', 'SM-A556B']],
  [3, ['Google', 'Pixel 9', 'Pixel 9']],
  [1, ['Fairphone', 'Fairphone 5', 'FP5']],
];
const CARRIERS: Weighted<readonly [string | null, string | null, string]> = [
  [6, ['Example Mobile', '310260', 'yes']],
  [4, ['Sample Telecom', '310410', 'no']],
  [3, ['Muster Mobil', '26201', 'yes']],
  [2, ['Northern Cell', '23430', 'unknown']],
  [1, [null, null, 'unknown']],
];
const CONNECTORS: readonly (readonly [number, readonly [string, Vendor]])[] = [
  [5, ['intune', 'intune']],
  [3, ['jamf', 'jamf']],
  [2, ['ws1', 'workspace-one']],
];

function judge(device: ManagedDevice, encrypted: string, cannotUpdate: boolean): ReportRow {
  const seen = Date.parse(device.enrollment.lastSeenAt ?? '');
  const ios = device.platform === 'ios';
  const isOld = ios ? Number.parseFloat(device.osVersion ?? '0') < 26.5 : Number(device.osVersion) < 14;
  const messages = device.apps?.[0] ?? null;
  const rules = [
    makeRule('enrolled', device.enrollment.state === 'enrolled' ? 'pass' : 'fail', {
      observed: device.enrollment.raw,
      required: 'enrolled',
      sourceField: 'managementState',
      reason: device.enrollment.state === 'enrolled' ? 'The phone is enrolled.' : 'The phone is no longer managed.',
    }),
    makeRule('reporting', NOW - seen <= 14 * DAY ? 'pass' : 'fail', {
      observed: device.enrollment.lastSeenAt,
      required: 'seen within 14 days',
      sourceField: 'lastSyncDateTime',
      reason: NOW - seen <= 14 * DAY ? 'The phone reports.' : 'The phone has not reported lately.',
    }),
    makeRule('os', isOld ? 'fail' : 'pass', {
      rule: 'os.feature-minimum',
      observed: device.osVersion,
      required: ios ? '26.5' : 'Android 14',
      sourceField: 'osVersion',
      reason: cannotUpdate
        ? 'Apple publishes no release from 26.5 on for this model: it cannot be updated.'
        : isOld
          ? 'The system has to be updated.'
          : 'The version can do encrypted RCS.',
    }),
    ...(ios
      ? []
      : [
          makeRule('patch', (device.securityPatch ?? '') < '2026-08-01' ? 'fail' : 'pass', {
            rule: 'patch.level',
            observed: device.securityPatch,
            required: '2026-08-01',
            sourceField: 'androidSecurityPatchLevel',
            reason: 'Security patches of 2026-08-01 or later are asked for.',
          }),
          makeRule('app', messages === null ? 'unknown' : (messages.versionCode ?? 0) < 321_000_000 ? 'fail' : 'pass', {
            rule: 'app.minimum:com.google.android.apps.messaging',
            observed: messages?.version ?? null,
            required: '321000000',
            sourceField: 'detectedApps',
            reason:
              messages === null
                ? 'This kind of enrollment does not show apps.'
                : 'Google Messages is compared with the minimum.',
          }),
        ]),
    makeRule('carrier', encrypted === 'yes' ? 'pass' : encrypted === 'no' ? 'fail' : 'unknown', {
      observed: device.lines[0]?.carrier ?? null,
      required: 'encryption on',
      sourceField: 'subscriberCarrier',
      line: 1,
      reason:
        encrypted === 'no'
          ? 'The carrier has not switched encryption on. Only the carrier can.'
          : 'See the policy’s carriers.',
    }),
    makeRule('key-present', 'not-applicable', {
      required: null,
      sourceField: 'policy',
      sourceTime: null,
      reason: 'No key directory is configured.',
    }),
    makeRule('key-attested', 'not-applicable', {
      required: null,
      sourceField: 'policy',
      sourceTime: null,
      reason: 'No key directory is configured.',
    }),
  ];
  return makeRow(device, rules, { cannotUpdate });
}

/** Row `index` of the fleet of `seed`. */
function syntheticRow(index: number, seed: number): ReportRow {
  const roll = random(seed * 1_000_003 + index * 7919);
  for (let warmUp = 0; warmUp < 4; warmUp += 1) roll();
  const [connectorId, vendor] = pick(CONNECTORS, roll());
  const vendorId = String(index + 1);
  const ios = vendor === 'jamf' || roll() < 0.45;
  const [model, modelId] = pick(IPHONES, roll());
  const [maker, android, androidId] = pick(ANDROIDS, roll());
  const [carrier, plmn, encrypted] = pick(CARRIERS, roll());
  const isWorkProfile = !ios && roll() < 0.3;
  const age = roll() ** 16 * 160 * DAY;
  const code = pick(
    [
      [6, 322_660_063],
      [3, 321_057_063],
      [2, 317_307_063],
    ] as const,
    roll(),
  );
  const build = { 322660063: '20260903_04_rc04', 321057063: '20260817_05_RC06', 317307063: '20260714_00_RC00' }[code];
  const base = makeDevice();
  const cannotUpdate = ios && model === 'iPhone X';
  const device = makeDevice({
    connectorId,
    vendor,
    vendorId,
    deviceKey: deviceKey(connectorId, vendorId),
    platform: ios ? 'ios' : 'android',
    osVersion: ios
      ? cannotUpdate
        ? '16.7.12'
        : pick(
            [
              [7, '26.6.1'],
              [3, '26.5.2'],
              [2, '26.4.2'],
              [1, '18.7.9'],
            ] as const,
            roll(),
          )
      : pick(
          [
            [5, '16'],
            [4, '15'],
            [1, '13'],
          ] as const,
          roll(),
        ),
    securityPatch: ios
      ? null
      : pick(
          [
            [5, '2026-10-05'],
            [3, '2026-08-05'],
            [2, '2026-05-01'],
          ] as const,
          roll(),
        ),
    manufacturer: ios ? 'Apple' : maker,
    model: ios ? model : android,
    modelId: ios ? modelId : androidId,
    serial: `T${((index * 2_654_435_761) % 0xffffffff).toString(36).toUpperCase()}`,
    enrollment: {
      state: roll() < 0.015 ? 'unenrolled' : 'enrolled',
      raw: null,
      enrolledAt: iso(NOW - 200 * DAY - roll() * 300 * DAY),
      lastSeenAt: iso(NOW - age),
    },
    management: {
      ...base.management,
      supervised: ios,
      mode: ios ? 'supervised' : isWorkProfile ? 'work-profile' : 'fully-managed',
      ownership: isWorkProfile ? 'personal' : 'corporate',
    },
    user: { id: null, name: `user${index}`, email: `user${index}@example.com` },
    lines: [
      {
        ...base.lines[0]!,
        phone: `+1555010${String(index % 10_000).padStart(4, '0')}` as E164,
        carrier,
        homePlmn: plmn,
        carrierSettings: ios ? '63.0' : null,
      },
    ],
    apps: ios
      ? []
      : isWorkProfile
        ? null
        : [
            {
              id: 'com.google.android.apps.messaging',
              name: 'Google Messages',
              version: `messages.android_${build}.phone_dynamic`,
              versionCode: code,
              track: null,
            },
          ],
    inventoryAt: iso(NOW - age - 3_600_000),
  });
  if (roll() < 0.02)
    return makeUnjudged({ ...device, platform: 'ipados', model: 'iPad (10th generation)', modelId: 'iPad13,18' });
  const row = judge(device, encrypted, cannotUpdate);
  if (roll() < 0.012) {
    return { ...row, duplicate: { of: deviceKey('jamf', '1'), kind: roll() < 0.5 ? 're-enrollment' : 'cross-mdm' } };
  }
  return row;
}

export function* syntheticRows(count: number, seed = 7): Generator<ReportRow> {
  for (let index = 0; index < count; index += 1) yield syntheticRow(index, seed);
}

export function makeRun(overrides: Partial<RunInfo> = {}): RunInfo {
  const connector = {
    pages: 3,
    requests: 5,
    retries: 0,
    throttledSeconds: 0,
    quarantined: 0,
    duplicates: 0,
    reason: null,
    hint: null,
    lastCompleteAt: iso(NOW - 300_000),
  };
  return {
    runId: '01k9t3m4zq8w7x2c5v6b1n0p3r',
    state: 'complete',
    tenant: 'contoso',
    finishedAt: iso(NOW - 60_000),
    connectors: [
      { ...connector, id: 'intune', kind: 'intune', state: 'complete', devices: 1500, expected: 1500 },
      { ...connector, id: 'jamf', kind: 'jamf', state: 'complete', devices: 900, expected: 900 },
      { ...connector, id: 'ws1', kind: 'workspace-one', state: 'complete', devices: 600, expected: 600 },
    ],
    readiness: { total: 0, reporting: 0, byRung: {} },
    tombstones: { candidates: 0, confirmed: 0, held: 0 },
    drift: {},
    plan: { proposed: 0, released: 0, held: 0, brakes: [] },
    durationMs: 4321,
    quarantined: { total: 0, records: [] },
    warnings: [],
    previous: null,
    ...overrides,
  };
}
