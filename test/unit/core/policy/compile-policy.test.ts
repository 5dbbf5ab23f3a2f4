import fc from 'fast-check';
import { compilePolicy } from '../../../../core/policy/compile-policy';
import type { E164, ManagedDevice } from '../../../../core/device/managed-device';
import { LADDER } from '../../../../core/readiness/ladder';
import {
  androidPhone,
  EXAMPLE_MOBILE,
  FIELDS,
  iPhone,
  judge,
  line,
  messages,
  MESSAGES,
  NOW,
  policyOf,
  ruleOf,
} from './policy-fixture';

const FULL = {
  apple: { featureMinimum: '26.5', securityMinimums: { '26': '26.6.1' } },
  android: { featureMinimum: '12', securityPatch: { maxAgeDays: 120 } },
  apps: [{ id: MESSAGES, platform: 'android', minimum: { versionCode: 321000000 }, track: 'production' }],
  rcsAllowed: { default: 'allowed' },
  carriers: [EXAMPLE_MOBILE, { name: 'Sample Wireless', plmns: ['311480'], endToEndEncryption: 'no' }],
};

describe('a verdict', () => {
  it.each([
    ['iPhone', iPhone()],
    ['Android phone', androidPhone()],
  ])('calls an %s that passes everything ready, and unconfirmed', (_what, device) => {
    expect(judge(FULL, device)).toMatchObject({
      applicable: true,
      standing: 'ready',
      readiness: 'ready-unconfirmed',
      compliance: 'compliant',
      failing: [],
      unknown: [],
      bestLine: 1,
      cannotUpdate: false,
      evaluatedAt: '2026-11-25T12:00:00.000Z',
    });
  });

  it('says confirmed only where a person or a lab saw the carrier’s encryption', () => {
    const confirmed = { ...EXAMPLE_MOBILE, confirmed: { by: 'lab', date: '2026-10-20' } };
    expect(judge({ ...FULL, carriers: [confirmed] }, iPhone()).readiness).toBe('confirmed');
    // The phone has to be ready all the same.
    expect(judge({ ...FULL, carriers: [confirmed] }, iPhone({ osVersion: '26.4' })).readiness).toBe('not-ready');
  });

  it.each(['ipados', 'macos', 'windows', 'other'] as const)('does not judge %s', (platform) => {
    expect(judge(FULL, iPhone({ platform }))).toMatchObject({
      applicable: false,
      standing: null,
      readiness: null,
      compliance: null,
      rules: [],
    });
  });

  it('stands on the first failing rung and keeps every failing one', () => {
    const verdict = judge(FULL, androidPhone({ osVersion: '11', securityPatch: '2025-01-05', apps: [] }));
    expect(verdict.standing).toBe('os');
    expect(verdict.failing).toEqual(['os', 'patch', 'app']);
  });

  it('stands where its better line stands', () => {
    const lines = [line(1, { carrier: 'Sample Wireless', homePlmn: '311480' }), line(2)];
    expect(judge(FULL, iPhone({ lines }))).toMatchObject({ standing: 'ready', bestLine: 2 });
  });

  it('holds an answer with its evidence for every rule, the rungs of the directory included', () => {
    const verdict = judge(FULL, iPhone());
    expect(verdict.rules.map(({ rule }) => rule)).toEqual([
      'enrolled',
      'reporting',
      'os.integrity',
      'os.feature-minimum',
      'os.security-minimum',
      'channel.os-beta',
      'rcs-allowed',
      'key-present',
      'key-attested',
      'carrier',
    ]);
    expect(ruleOf(verdict, 'key-present')).toMatchObject({
      answer: 'not-applicable',
      sourceField: 'policy',
      reason: 'No key directory is configured.',
    });
    for (const { reason } of verdict.rules) expect(reason).toMatch(/^[\p{L}"].*\.$/u);
  });

  it('never holds a phone number', () => {
    const phone = '+15550100123';
    const device = iPhone({
      lines: [line(1, { phone: phone as E164, phoneRaw: phone, carrier: null, homePlmn: null })],
      user: { id: phone, name: phone, email: `${phone}@example.com` },
      osVersion: 'Unknown',
    });
    const exceptions = [{ rule: 'os.feature-minimum', match: { users: [phone] }, reason: 'r', expires: '2026-12-31' }];
    expect(JSON.stringify(judge({ ...FULL, exceptions }, device))).not.toContain('5550100123');
  });
});

describe('the digest of a policy', () => {
  it('does not depend on the order of keys, nor on defaults that are written out', () => {
    const digest = (settings: Readonly<Record<string, unknown>>): string =>
      compilePolicy(policyOf(settings), null).digest;
    const one = digest({ apple: { featureMinimum: '26.5', allowBeta: false }, reporting: { maxAgeDays: 14 } });
    expect(digest({ reporting: { maxAgeDays: 14 }, apple: { allowBeta: false, featureMinimum: '26.5' } })).toBe(one);
    expect(digest({ apple: { featureMinimum: '26.5' } })).toBe(one);
    expect(one).toMatch(/^[0-9a-f]{64}$/);
  });

  it('changes with every setting, and with the order of groups, which counts', () => {
    const digest = (settings: Readonly<Record<string, unknown>>): string =>
      compilePolicy(policyOf(settings), null).digest;
    const groups = [
      { name: 'a', where: { users: ['x'] } },
      { name: 'b', where: { users: ['y'] } },
    ];
    const digests = [{}, { unknownIs: 'noncompliant' }, { groups }, { groups: groups.toReversed() }].map(digest);
    expect(new Set(digests).size).toBe(4);
  });
});

describe('whatever a phone shows', () => {
  const devices = fc
    .record({
      platform: fc.constantFrom('ios' as const, 'android' as const),
      osVersion: fc.constantFrom('26.6.1', '26.4', '18.7.8', '27.0', '16', '11', 'Unknown', null),
      osBuild: fc.constantFrom('23G83', '24A5418b', null),
      securityPatch: fc.constantFrom('2026-10-05', '2025-01-05', '', null),
      apps: fc.constantFrom(null, [], [messages()], [messages({ versionCode: 299663063 })]),
      lines: fc.constantFrom(
        [],
        [line(1)],
        [line(1, { carrier: null, homePlmn: null })],
        [line(2), line(1, { homePlmn: '311480' })],
      ),
      jailbroken: fc.constantFrom(true, false, null),
    })
    .map(({ jailbroken, ...fields }): ManagedDevice =>
      iPhone({ ...fields, integrity: { jailbroken, attestation: null } }),
    );
  const compiled = compilePolicy(policyOf(FULL), null);
  const verdictOf = (device: ManagedDevice): ReturnType<typeof compiled.evaluate> =>
    compiled.evaluate(device, { now: NOW, sourceFields: FIELDS, directory: 'none' });

  it('is judged the same every time', () => {
    fc.assert(fc.property(devices, (device) => expect(verdictOf(device)).toEqual(verdictOf(device))));
  });

  it('fails a rung only by a failing rule, and is unknown only by an unknown one', () => {
    fc.assert(
      fc.property(devices, (device) => {
        const { rules, failing, unknown } = verdictOf(device);
        for (const rung of failing)
          expect(rules.some((each) => each.rung === rung && each.answer === 'fail')).toBe(true);
        for (const rung of unknown) {
          expect(rules.some((each) => each.rung === rung && each.answer === 'unknown')).toBe(true);
          expect(failing).not.toContain(rung);
        }
      }),
    );
  });

  it('never fails for what nobody can see: hiding a value makes no rule fail', () => {
    fc.assert(
      fc.property(devices, fc.constantFrom('osVersion', 'osBuild', 'securityPatch', 'apps'), (device, field) => {
        const failing = verdictOf(device).rules.filter(({ answer }) => answer === 'fail');
        const hidden = verdictOf({ ...device, [field]: null }).rules.filter(({ answer }) => answer === 'fail');
        expect(failing.map(({ rule }) => rule)).toEqual(expect.arrayContaining(hidden.map(({ rule }) => rule)));
      }),
    );
  });

  it('gives every rung of the ladder but the last a rule', () => {
    fc.assert(
      fc.property(devices, (device) => {
        const rungs = new Set(verdictOf(device).rules.map(({ rung }) => rung));
        const missing = LADDER.filter((rung) => rung !== 'ready' && !rungs.has(rung));
        expect(missing).toEqual(device.platform === 'ios' ? ['patch', 'app'] : []);
      }),
    );
  });
});
