/** Enrollment, reporting, integrity, patch level, beta builds: one table each. */
import type { Settings } from '../policy-fixture';
import type { EnrollmentState } from '../../../../../core/device/managed-device';
import { androidPhone, enrollment, iPhone, iso, judge, ruleOf } from '../policy-fixture';

describe('enrolled', () => {
  it.each<[EnrollmentState, string, string]>([
    ['enrolled', 'pass', 'managed now'],
    ['pending', 'fail', 'begun is not finished'],
    ['wipe-pending', 'fail', 'on its way out'],
    ['retire-pending', 'fail', 'on its way out'],
    ['unenrolled', 'fail', 'gone'],
    ['unknown', 'unknown', 'a word that nobody knows proves nothing'],
  ])('%s: %s, since %s', (state, answer) => {
    const verdict = judge({}, iPhone(enrollment({ state, raw: 'vendor word' })));
    expect(ruleOf(verdict, 'enrolled')).toMatchObject({ answer, observed: 'vendor word', rung: 'enrolled' });
  });

  it('is as new as the reading, not as the phone’s last inventory', () => {
    const result = ruleOf(judge({}, iPhone()), 'enrolled');
    expect(result).toMatchObject({ sourceField: 'general.managed', sourceTime: '2026-11-25T00:00:00.000Z' });
  });
});

describe('reporting', () => {
  it.each<[string | null, string, string]>([
    ['2026-11-25T11:00:00.000Z', 'pass', 'an hour ago'],
    ['2026-11-18T12:00:00.000Z', 'pass', 'exactly seven days ago'],
    ['2026-11-18T11:59:59.999Z', 'fail', 'a millisecond more than seven days'],
    ['2026-11-26T11:00:00.000Z', 'pass', 'clocks may differ by some hours'],
    ['2026-12-24T00:00:00.000Z', 'unknown', 'a month ahead cannot be true'],
    [null, 'unknown', 'the MDM does not say'],
  ])('%p: %s, since %s', (lastSeenAt, answer) => {
    const device = iPhone(enrollment({ lastSeenAt: lastSeenAt === null ? null : iso(lastSeenAt) }));
    expect(ruleOf(judge({ reporting: { maxAgeDays: 7 } }, device), 'reporting')).toMatchObject({
      answer,
      observed: lastSeenAt,
      required: 'seen within 7 days',
      sourceField: 'general.lastContact',
      sourceTime: lastSeenAt,
    });
  });
});

describe('os.integrity', () => {
  it.each<[boolean | null, boolean, string, string]>([
    [false, false, 'pass', 'the MDM sees none'],
    [true, false, 'fail', 'the MDM sees one'],
    [null, false, 'unknown', 'the MDM does not say'],
    [true, true, 'not-applicable', 'the policy does not ask'],
  ])('jailbroken %p, allowed %p: %s, since %s', (jailbroken, allowJailbroken, answer) => {
    const device = iPhone({ integrity: { jailbroken, attestation: null } });
    expect(ruleOf(judge({ integrity: { allowJailbroken } }, device), 'os.integrity').answer).toBe(answer);
  });
});

describe('patch.level', () => {
  it.each<[string | null, Settings, string, string]>([
    ['2026-09-05', { minimum: '2026-09-05' }, 'pass', 'the minimum itself'],
    ['2026-10-01', { minimum: '2026-09-05' }, 'pass', 'a later month contains the earlier one'],
    ['2026-09-01', { minimum: '2026-09-05' }, 'fail', '-01 lacks what -05 of its month has'],
    ['2026-08-18', { maxAgeDays: 100 }, 'pass', '99 days old'],
    ['2026-08-17', { maxAgeDays: 100 }, 'pass', 'exactly 100 days old'],
    ['2026-08-16', { maxAgeDays: 100 }, 'fail', '101 days old'],
    ['2026-10-05', { minimum: '2026-11-01', maxAgeDays: 100 }, 'fail', 'both are asked'],
    ['2027-01-05', { minimum: '2026-09-05' }, 'pass', '41 days ahead: vendors stamp early'],
    ['2027-01-20', { minimum: '2026-09-05' }, 'unknown', 'more than 45 days ahead is suspicious'],
    ['0001-01-01', { minimum: '2026-09-05' }, 'unknown', 'a sentinel is no date'],
    ['2026-02-30', { minimum: '2026-01-05' }, 'unknown', 'there is no such day'],
    ['September 2026', { minimum: '2026-09-05' }, 'unknown', 'not the form of a patch level'],
    ['', { minimum: '2026-09-05' }, 'unknown', 'Intune prints nothing where it knows nothing'],
    [null, { minimum: '2026-09-05' }, 'unknown', 'the MDM shows nothing'],
    ['2019-01-05', {}, 'not-applicable', 'the policy asks nothing'],
  ])('%p against %p: %s, since %s', (securityPatch, settings, answer) => {
    const verdict = judge({ android: { securityPatch: settings } }, androidPhone({ securityPatch }));
    expect(ruleOf(verdict, 'patch.level')).toMatchObject({ answer, rung: 'patch' });
  });

  it('is no rule of iPhones', () => {
    const verdict = judge({ android: { securityPatch: { minimum: '2026-09-05' } } }, iPhone());
    expect(verdict.rules.map(({ rule }) => rule)).not.toContain('patch.level');
  });
});

describe('channel.os-beta', () => {
  it.each<[string, string | null, boolean, string, string]>([
    ['27.0', '24A5418b', false, 'fail', 'a beta prints the final version: only its build tells'],
    ['26.6.1', '23G83', false, 'pass', 'a release'],
    ['26.6.1', '23G6083', false, 'pass', 'the same release under its other number'],
    ['26.3.1 (a)', '23D771330a', false, 'pass', 'a background security improvement is released'],
    ['26.5 beta 4', '23F77', false, 'fail', 'the version says so'],
    ['26.5 RC', null, false, 'fail', 'the version says so, without a build'],
    ['26.5', '23U67', false, 'unknown', 'a build of another platform tells nothing'],
    ['26.5', null, false, 'unknown', 'no build, no proof'],
    ['27.0', '24A5418b', true, 'not-applicable', 'the policy allows betas'],
  ])('%s with build %p, allowed %p: %s, since %s', (osVersion, osBuild, allowBeta, answer) => {
    const verdict = judge({ apple: { allowBeta } }, iPhone({ osVersion, osBuild }));
    expect(ruleOf(verdict, 'channel.os-beta')).toMatchObject({ answer, rung: 'channel' });
  });

  it('names the field that gave it away', () => {
    const source = (osVersion: string, osBuild: string): string =>
      ruleOf(judge({}, iPhone({ osVersion, osBuild })), 'channel.os-beta').sourceField;
    expect(source('27.0', '24A5418b')).toBe('general.osBuild');
    expect(source('26.5 beta 4', '23F77')).toBe('general.osVersion');
  });
});
