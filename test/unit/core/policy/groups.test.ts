import type { ManagedDevice } from '../../../../core/device/managed-device';
import { makeGroupMatcher } from '../../../../core/policy/match-group';
import { compilePolicy } from '../../../../core/policy/compile-policy';
import { androidPhone, iPhone, judge, management, messages, MESSAGES, policyOf, ruleOf } from './policy-fixture';

describe('a group', () => {
  const device = iPhone({
    connectorId: 'jamf',
    user: { id: null, name: 'Ada', email: 'ada@example.com' },
    ...management({
      organizationGroup: 'Paris',
      groups: ['Pilots', 'Everyone'],
      category: 'Sales',
      enrollmentProfile: 'Kiosk',
      ownership: 'corporate',
    }),
  });

  it.each<[Readonly<Record<string, readonly string[]>>, boolean, string]>([
    [{ connector: ['jamf', 'ws1'] }, true, 'one of the values is enough'],
    [{ connector: ['ws1'] }, false, 'another connector'],
    [{ organizationGroup: ['paris'] }, true, 'case does not count'],
    [{ mdmGroup: ['pilots'] }, true, 'one of the phone’s groups is enough'],
    [{ mdmGroup: ['Traders'] }, false, 'in none of them'],
    [{ category: ['Sales'] }, true, 'the category'],
    [{ enrollmentProfile: ['Kiosk'] }, true, 'the enrollment profile'],
    [{ ownership: ['personal'] }, false, 'another ownership'],
    [{ platform: ['android'] }, false, 'another platform'],
    [{ users: ['ADA@example.com'] }, true, 'by e-mail address'],
    [{ users: ['ada'] }, true, 'by user name'],
    [{ platform: ['ios'], category: ['Sales'] }, true, 'all conditions hold'],
    [{ platform: ['ios'], category: ['IT'] }, false, 'one condition does not hold'],
  ])('%j: %p, since %s', (where, matches) => {
    const policy = policyOf({ groups: [{ name: 'g', where }] });
    expect(makeGroupMatcher(policy.groups[0]!)(device)).toBe(matches);
  });

  it('never holds what the inventory does not show', () => {
    const bare = iPhone();
    const holds = (where: Readonly<Record<string, readonly string[]>>, phone: ManagedDevice): boolean =>
      makeGroupMatcher(policyOf({ groups: [{ name: 'g', where }] }).groups[0]!)(phone);
    expect(holds({ mdmGroup: ['Pilots'] }, bare)).toBe(false);
    expect(holds({ organizationGroup: ['Paris'] }, bare)).toBe(false);
    expect(holds({ users: ['ada'] }, bare)).toBe(false);
  });

  it('counts only if no group above it matches', () => {
    const compiled = compilePolicy(
      policyOf({
        groups: [
          { name: 'first', where: { category: ['Sales'] } },
          { name: 'second', where: { platform: ['ios'] } },
        ],
      }),
      null,
    );
    expect(compiled.groupOf(device)).toBe('first');
    expect(compiled.groupOf(iPhone())).toBe('second');
    expect(compiled.groupOf(androidPhone())).toBeNull();
  });
});

describe('the overrides of a group', () => {
  const inGroup = iPhone({ osVersion: '26.6.1', ...management({ category: 'Pilots', supervised: true }) });
  const over = (
    overrides: unknown,
    base: Readonly<Record<string, unknown>> = {},
  ): Readonly<Record<string, unknown>> => ({
    ...base,
    groups: [{ name: 'pilots', where: { category: ['Pilots'] }, overrides }],
  });
  const apple = { apple: { featureMinimum: '26.5', securityMinimums: { '26': '26.7.1' } } };

  it('apply to its phones only', () => {
    const settings = over({ apple: { featureMinimum: '27.0' } }, apple);
    expect(ruleOf(judge(settings, inGroup), 'os.feature-minimum')).toMatchObject({ answer: 'fail', required: '27.0' });
    expect(ruleOf(judge(settings, iPhone()), 'os.feature-minimum')).toMatchObject({ answer: 'pass', required: '26.5' });
  });

  it('change what they write, and no minimum beside it', () => {
    const verdict = judge(over({ apple: { allowBeta: true } }, apple), inGroup);
    expect(ruleOf(verdict, 'channel.os-beta').answer).toBe('not-applicable');
    expect(ruleOf(verdict, 'os.feature-minimum').required).toBe('26.5');
    expect(ruleOf(verdict, 'os.security-minimum').required).toBe('26.7.1');
  });

  it('go train by train', () => {
    const verdict = judge(over({ apple: { securityMinimums: { '27': '27.0.1' } } }, apple), inGroup);
    expect(ruleOf(verdict, 'os.security-minimum').required).toBe('26.7.1');
  });

  it('take a minimum away with null', () => {
    const verdict = judge(over({ apple: { featureMinimum: null, securityMinimums: { '26': null } } }, apple), inGroup);
    expect(ruleOf(verdict, 'os.feature-minimum').answer).toBe('not-applicable');
    expect(ruleOf(verdict, 'os.security-minimum').answer).toBe('not-applicable');
  });

  it('replace an app by its id and leave the others', () => {
    const android = androidPhone({ apps: [messages()], ...management({ category: 'Pilots', mode: 'fully-managed' }) });
    const base = {
      apps: [
        { id: MESSAGES, platform: 'android', minimum: { versionCode: 321000000 } },
        { id: 'com.google.android.ims', platform: 'android' },
      ],
    };
    const verdict = judge(over({ apps: [{ id: MESSAGES, platform: 'android', track: 'openbeta' }] }, base), android);
    expect(ruleOf(verdict, `app.minimum:${MESSAGES}`).required).toBe('installed');
    expect(ruleOf(verdict, `channel.app:${MESSAGES}`).answer).toBe('fail');
    expect(ruleOf(verdict, 'app.minimum:com.google.android.ims').answer).toBe('fail');
  });

  it('reach every other setting', () => {
    const verdict = judge(
      over({ reporting: { maxAgeDays: 90 }, integrity: { allowJailbroken: true }, rcsAllowed: { default: 'blocked' } }),
      inGroup,
    );
    expect(ruleOf(verdict, 'reporting').required).toBe('seen within 90 days');
    expect(ruleOf(verdict, 'os.integrity').answer).toBe('not-applicable');
    expect(ruleOf(verdict, 'rcs-allowed').answer).toBe('fail');
  });
});
