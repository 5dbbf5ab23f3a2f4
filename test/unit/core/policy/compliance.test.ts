/** Grace, exceptions and unknownIs: they change compliance, never readiness. */
import type { ManagedDevice } from '../../../../core/device/managed-device';
import type { Settings } from './policy-fixture';
import type { Verdict } from '../../../../core/policy/verdict';
import { androidPhone, enrollment, EXAMPLE_MOBILE, iPhone, iso, judge, management, ruleOf } from './policy-fixture';

const RULE = 'os.feature-minimum';
const STRICT = {
  apple: { featureMinimum: '27.0' },
  rcsAllowed: { default: 'allowed' },
  carriers: [EXAMPLE_MOBILE],
};

function compliance(
  settings: Readonly<Record<string, unknown>>,
  device = iPhone(),
  now?: number,
): Verdict['compliance'] {
  return judge({ ...STRICT, ...settings }, device, now === undefined ? {} : { now }).compliance;
}

describe('compliance', () => {
  const unseen = iPhone({ osVersion: '27.0', integrity: { jailbroken: null, attestation: null } });
  const failing = iPhone({ integrity: { jailbroken: null, attestation: null } });

  it.each<[Settings, ManagedDevice, string, string]>([
    [{}, iPhone({ osVersion: '27.0' }), 'compliant', 'everything passes'],
    [{}, iPhone(), 'noncompliant', 'a rule fails'],
    [{}, unseen, 'unknown', 'something cannot be seen'],
    [{ unknownIs: 'noncompliant' }, unseen, 'noncompliant', 'the policy counts unknown as failing'],
    [{}, failing, 'noncompliant', 'a failing rule outweighs an unknown one'],
    [
      { carriers: [{ ...EXAMPLE_MOBILE, endToEndEncryption: 'no' }] },
      iPhone({ osVersion: '27.0' }),
      'compliant',
      'what the carrier does not do is no fault of the phone',
    ],
    [{ carriers: [] }, iPhone({ osVersion: '27.0' }), 'compliant', 'nor is what nobody knows of the carrier'],
  ])('%j: %#: %s, since %s', (settings, device, expected) => {
    expect(compliance(settings, device)).toBe(expected);
  });

  it('does not exist for tablets', () => {
    expect(compliance({}, iPhone({ platform: 'ipados' }))).toBeNull();
  });
});

describe('grace', () => {
  it.each<[string | null, string | null, string | null, string]>([
    ['2026-11-20', '2025-01-01', '2026-12-04', 'an old phone: from the day the requirement came into force'],
    ['2026-11-20', '2026-11-22', '2026-12-06', 'enrolled after that: from its enrollment'],
    ['2026-11-20', null, '2026-12-04', 'the enrollment is not known: from the requirement'],
    ['2026-10-01', '2025-01-01', null, 'an old phone gets no fresh grace: it is over'],
    ['2026-10-01', '2026-11-20', '2026-12-04', 'a new phone still has time'],
    [null, '2026-11-20', '2026-12-04', 'a requirement without a date: from the enrollment'],
    [null, null, null, 'nothing to count from'],
  ])('since %p, enrolled %p: until %p, %s', (since, enrolledAt, until) => {
    const grace = { days: 14, ...(since === null ? {} : { since }) };
    const day = (text: string | null): ReturnType<typeof iso> | null =>
      text === null ? null : iso(`${text}T00:00:00.000Z`);
    const verdict = judge({ ...STRICT, grace }, iPhone(enrollment({ enrolledAt: day(enrolledAt) })));
    expect(ruleOf(verdict, RULE).graceUntil).toBe(day(until));
    expect(verdict.compliance).toBe(until === null ? 'noncompliant' : 'in-grace');
    expect(verdict.standing).toBe('os');
    expect(verdict.readiness).toBe('not-ready');
  });

  it('ends at its end', () => {
    const settings = { grace: { days: 14, since: '2026-11-01' } };
    const end = Date.parse('2026-11-15T00:00:00.000Z');
    expect(compliance(settings, iPhone(), end - 1)).toBe('in-grace');
    expect(compliance(settings, iPhone(), end)).toBe('noncompliant');
  });

  it.each<[Settings, string, string]>([
    [{ days: 14, since: '2026-11-20', rules: { [RULE]: { days: 0 } } }, 'noncompliant', 'this rule has none'],
    [{ days: 0, since: '2026-11-20', rules: { [RULE]: { days: 3 } } }, 'noncompliant', 'three days are over'],
    [{ days: 0, since: '2026-11-20', rules: { [RULE]: { days: 9 } } }, 'in-grace', 'its days, the common date'],
    [{ days: 0, rules: { [RULE]: { days: 3, since: '2026-11-24' } } }, 'in-grace', 'its days, its date'],
    [{ days: 0, rules: { 'patch.level': { days: 99, since: '2026-11-24' } } }, 'noncompliant', 'another rule’s grace'],
  ])('%j: %s, since %s', (grace, expected) => {
    expect(compliance({ grace })).toBe(expected);
  });

  it('of a family covers each app', () => {
    const settings = {
      apps: [{ id: 'com.example.app', platform: 'android' }],
      grace: { rules: { 'app.minimum': { days: 30, since: '2026-11-20' } } },
    };
    expect(compliance(settings, androidPhone())).toBe('in-grace');
  });

  it('is marked on failing rules only', () => {
    const verdict = judge({ ...STRICT, grace: { days: 14, since: '2026-11-20' } }, iPhone());
    for (const { answer, graceUntil } of verdict.rules) expect(graceUntil !== null).toBe(answer === 'fail');
  });
});

describe('an exception', () => {
  const device = iPhone({
    user: { id: null, name: 'ada', email: 'ada@example.com' },
    ...management({ category: 'POS' }),
  });
  const groups = [{ name: 'pos', where: { category: ['POS'] } }];

  it.each<[Settings, string, string]>([
    [{ deviceKeys: ['jamf:1'] }, 'excepted', 'by device key'],
    [{ deviceKeys: ['jamf:2'] }, 'noncompliant', 'another device'],
    [{ serials: ['serial1'] }, 'excepted', 'by serial, without case'],
    [{ users: ['ADA@example.com'] }, 'excepted', 'by user'],
    [{ group: 'pos' }, 'excepted', 'by group'],
    [{ deviceKeys: ['jamf:2'], users: ['ada'] }, 'excepted', 'any of the lists is enough'],
  ])('%j: %s, since it matches %s', (match, expected) => {
    const exceptions = [{ rule: RULE, match, reason: 'point of sale', expires: '2026-12-31' }];
    const verdict = judge({ ...STRICT, groups, exceptions }, device);
    expect(verdict.compliance).toBe(expected);
    expect(ruleOf(verdict, RULE).exception).toBe(expected === 'excepted' ? 'point of sale' : null);
    expect(verdict.standing).toBe('os');
    expect(verdict.readiness).toBe('not-ready');
  });

  it('holds to the end of its last day and no longer', () => {
    const settings = {
      exceptions: [{ rule: RULE, match: { deviceKeys: ['jamf:1'] }, reason: 'r', expires: '2026-11-25' }],
    };
    expect(compliance(settings, device, Date.parse('2026-11-25T23:59:59.999Z'))).toBe('excepted');
    expect(compliance(settings, device, Date.parse('2026-11-26T00:00:00.000Z'))).toBe('noncompliant');
  });

  it('covers its own rule only', () => {
    const exceptions = [{ rule: 'patch.level', match: { deviceKeys: ['jamf:1'] }, reason: 'r', expires: '2026-12-31' }];
    expect(compliance({ exceptions }, device)).toBe('noncompliant');
  });

  it('excuses an unknown rule where unknown counts as failing', () => {
    const exceptions = [
      { rule: 'os.integrity', match: { deviceKeys: ['jamf:1'] }, reason: 'r', expires: '2026-12-31' },
    ];
    const unseen = iPhone({ osVersion: '27.0', integrity: { jailbroken: null, attestation: null } });
    expect(compliance({ exceptions, unknownIs: 'noncompliant' }, unseen)).toBe('excepted');
    expect(compliance({ exceptions }, unseen)).toBe('unknown');
  });
});
