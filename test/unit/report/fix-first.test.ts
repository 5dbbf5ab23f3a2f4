import type { ManagedDevice } from '../../../core/device/managed-device';
import type { RuleResult, Verdict } from '../../../core/policy/verdict';
import { actionsOf, makeFixFirst, type FixAction } from '../../../report/fix-first';
import type { ReportRow } from '../../../report/report-row';
import { makeDevice, makeRow, makeRule } from './fleet-fixture';

const FEATURE = makeRule('os', 'fail', { rule: 'os.feature-minimum', required: '26.5' });
const SECURITY = makeRule('os', 'fail', { rule: 'os.security-minimum', required: '26.10.1' });
const SILENT = makeRule('reporting', 'fail');
const NO_CARRIER = makeRule('carrier', 'fail', { required: 'encryption on', line: 1 });
const MESSAGES = makeRule('app', 'fail', {
  rule: 'app.minimum:com.google.android.apps.messaging',
  required: '321057063',
});
const SERVICES = makeRule('app', 'fail', { rule: 'app.minimum:com.google.android.ims', required: 'installed' });

const android: Partial<ManagedDevice> = { platform: 'android', osVersion: '15' };

function row(
  rules: readonly RuleResult[],
  device: Partial<ManagedDevice> = {},
  verdict: Partial<Verdict> = {},
): ReportRow {
  return makeRow(makeDevice(device), rules, verdict);
}

function tally(rows: readonly ReportRow[]): { fixes: readonly FixAction[]; learn: readonly FixAction[] } {
  const fixFirst = makeFixFirst();
  for (const each of rows) fixFirst.add(each);
  return fixFirst.finish();
}

const find = (actions: readonly FixAction[], id: string): FixAction | undefined =>
  actions.find((action) => action.id === id);

describe('what to do about a phone', () => {
  const unenrolled = { ...makeDevice().enrollment, state: 'unenrolled' as const };
  test.each<[string, ReportRow, readonly string[]]>([
    [
      'an app list that cannot be seen is one question, though two rules ask it',
      row([makeRule('app', 'unknown'), makeRule('channel', 'unknown', { rule: 'channel.app:x' })], {
        ...android,
        apps: null,
      }),
      ['learn:app'],
    ],
    [
      'on a work profile nobody but the user can tell',
      row([makeRule('app', 'unknown')], {
        ...android,
        apps: null,
        management: { ...makeDevice().management, mode: 'work-profile' },
      }),
      ['learn:app:work-profile'],
    ],
    [
      'a beta that cannot be told from a release is a question of the build',
      row([makeRule('channel', 'unknown', { rule: 'channel.os-beta' })]),
      ['learn:os-build'],
    ],
    [
      'a jailbreak that the MDM does not report is no question of the version',
      row([makeRule('os', 'unknown', { rule: 'os.integrity' })]),
      ['learn:integrity'],
    ],
    [
      'a build of Google Messages is named shortly',
      row(
        [makeRule('app', 'fail', { ...MESSAGES, required: 'messages.android_20260817_05_RC06.phone_dynamic' })],
        android,
      ),
      ['update-app:Google Messages:20260817_05_RC06'],
    ],
    ['a ready phone needs nothing', row([makeRule('os', 'pass')]), []],
    [
      'one iOS update satisfies two rules, at the higher of two versions',
      row([FEATURE, SECURITY]),
      ['update-ios:26.10.1'],
    ],
    [
      '10 is more than 5, not less',
      row([makeRule('os', 'fail', { ...FEATURE, required: '26.5' }), SECURITY]),
      ['update-ios:26.10.1'],
    ],
    [
      'an Android phone gets an Android version',
      row([makeRule('os', 'fail', { ...FEATURE, required: 'Android 14' })], android),
      ['update-android:14'],
    ],
    ['a model that cannot be updated is replaced', row([FEATURE], {}, { cannotUpdate: true }), ['replace:ios']],
    [
      'a jailbreak is not cured by an update',
      row([makeRule('os', 'fail', { rule: 'os.integrity', required: 'intact' })]),
      ['jailbroken'],
    ],
    [
      'two apps are two actions',
      row([MESSAGES, SERVICES], android),
      ['update-app:Google Messages:321057063', 'install-app:Carrier Services'],
    ],
    ['the carrier is named', row([NO_CARRIER]), ['ask-carrier:Example Mobile']],
    [
      'old carrier settings are not a matter for the carrier',
      row([makeRule('carrier', 'fail', { required: 'carrier settings 64.0', line: 1 })]),
      ['carrier-settings:Example Mobile:64.0'],
    ],
    [
      'a patch level by date',
      row([makeRule('patch', 'fail', { required: '2026-08-01, at most 100 days old' })], android),
      ['patch:2026-08-01'],
    ],
    [
      'a patch level by age alone names no date',
      row([makeRule('patch', 'fail', { required: 'at most 100 days old' })], android),
      ['patch:recent'],
    ],
    [
      'a phone that left is enrolled again',
      row([makeRule('enrolled', 'fail')], { enrollment: unenrolled }),
      ['re-enroll'],
    ],
    [
      'a phone that is being wiped is not',
      row([makeRule('enrolled', 'fail')], { enrollment: { ...unenrolled, state: 'wipe-pending' } }),
      ['leaving'],
    ],
    ['first obstacle first', row([NO_CARRIER, SILENT]), ['contact-silent', 'ask-carrier:Example Mobile']],
    [
      'rules of another line are not this phone’s standing',
      row([makeRule('os', 'pass'), { ...NO_CARRIER, line: 2 }], {}, { failing: ['carrier'], bestLine: 1 }),
      [],
    ],
    [
      'an unknown carrier is asked',
      row([makeRule('carrier', 'unknown', { required: 'encryption on' })]),
      ['learn:carrier:Example Mobile'],
    ],
    [
      'a carrier nobody names has to be found',
      row([makeRule('carrier', 'unknown', { required: 'encryption on' })], { lines: [] }),
      ['learn:carrier'],
    ],
    ['what fails comes before what is unknown', row([FEATURE, makeRule('app', 'unknown')]), ['update-ios:26.5']],
  ])('%s', (_, each, ids) => expect(actionsOf(each).ids).toEqual(ids));
});

describe('how many phones one action moves', () => {
  test('an only obstacle makes the phone ready', () => {
    expect(find(tally([row([NO_CARRIER])]).fixes, 'ask-carrier:Example Mobile')).toMatchObject({
      affected: 1,
      moves: 1,
      becomeReady: 1,
    });
  });

  test('the first of two obstacles moves it, and does not make it ready', () => {
    const { fixes } = tally([row([SILENT, NO_CARRIER])]);
    expect(find(fixes, 'contact-silent')).toMatchObject({ affected: 1, moves: 1, becomeReady: 0 });
    expect(find(fixes, 'ask-carrier:Example Mobile')).toMatchObject({ affected: 1, moves: 0, becomeReady: 0 });
  });

  test('one of two obstacles on the same rung does not even move it', () => {
    const { fixes } = tally([row([MESSAGES, SERVICES], android)]);
    expect(fixes.map(({ moves }) => moves)).toEqual([0, 0]);
  });

  test('with something unknown beside it the phone becomes undetermined, and no more is promised', () => {
    const { fixes } = tally([row([NO_CARRIER, makeRule('app', 'unknown')])]);
    expect(fixes[0]).toMatchObject({ moves: 1, becomeReady: 0, becomeUndetermined: 1 });
  });

  test('a question settles a phone only where it is the only one', () => {
    const app = makeRule('app', 'unknown');
    const carrier = makeRule('carrier', 'unknown', { required: 'encryption on' });
    const { learn } = tally([row([app]), row([app, carrier])]);
    expect(find(learn, 'learn:app')).toMatchObject({ affected: 2, moves: 1, becomeReady: 0 });
    expect(find(learn, 'learn:carrier:Example Mobile')).toMatchObject({ affected: 1, moves: 0 });
  });

  test('the order is: made ready, then moved, then affected', () => {
    const { fixes } = tally([row([SILENT, NO_CARRIER]), row([SILENT, NO_CARRIER]), row([FEATURE])]);
    expect(fixes.map(({ id }) => id)).toEqual(['update-ios:26.5', 'contact-silent', 'ask-carrier:Example Mobile']);
  });
});
