import type { InstalledApp, ManagementMode } from '../../../../../core/device/managed-device';
import type { Settings } from '../policy-fixture';
import { androidPhone, iPhone, judge, management, messages, MESSAGES, ruleOf } from '../policy-fixture';

const MINIMUM = `app.minimum:${MESSAGES}`;
const CHANNEL = `channel.app:${MESSAGES}`;

function policyWith(fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return { apps: [{ id: MESSAGES, name: 'Google Messages', platform: 'android', ...fields }] };
}

describe('app.minimum', () => {
  const code = { minimum: { versionCode: 321057063 } };
  const name = { minimum: { versionName: 'messages.android_20260817_05_RC06' } };
  const both = { minimum: { ...code.minimum, ...name.minimum } };

  it.each<[InstalledApp | null, Settings, string, string]>([
    [messages({ versionCode: 322660063 }), code, 'pass', 'newer by code'],
    [messages({ versionCode: 321057012 }), code, 'pass', 'the last three digits tell the variant, not the release'],
    [messages({ versionCode: 319227063 }), code, 'fail', 'older by code'],
    [messages({ versionCode: null }), code, 'unknown', 'a name is never compared with a code'],
    [messages({ versionCode: null }), name, 'pass', 'newer by name'],
    [
      messages({ versionCode: null, version: 'messages.android_20260817_05_rc05.phone_dynamic' }),
      name,
      'fail',
      'an earlier candidate of the same build',
    ],
    [
      messages({ versionCode: 319227063, version: 'messages.android_20260903_04_RC04' }),
      both,
      'fail',
      'where both sides have codes the codes decide',
    ],
    [messages({ versionCode: null, version: '1.2.3' }), name, 'unknown', 'a name of another form has no order'],
    [messages({ versionCode: null, version: null }), both, 'unknown', 'installed, and no version is shown'],
    [messages({ versionCode: null, version: null }), {}, 'pass', 'installed is all that is asked'],
    [null, code, 'fail', 'the list was seen, and the app is not in it'],
    [null, { ...code, required: false }, 'not-applicable', 'not installed, not required'],
    [messages({ versionCode: 319227063 }), { ...code, required: false }, 'fail', 'installed apps are judged anyway'],
  ])('%#: %j against %j: %s, since %s', (installed, fields, answer) => {
    const device = androidPhone({ apps: installed === null ? [] : [installed] });
    expect(ruleOf(judge(policyWith(fields), device), MINIMUM)).toMatchObject({ answer, rung: 'app' });
  });

  it('is unknown, never missing, where the MDM cannot see apps', () => {
    const device = androidPhone({ apps: null, ...management({ mode: 'work-profile' }) });
    const verdict = judge(policyWith(code), device);
    expect(ruleOf(verdict, MINIMUM)).toMatchObject({ answer: 'unknown', observed: null });
    expect(verdict.failing).toEqual([]);
  });

  it.each([
    [['com.example.other'], 'unknown'],
    [['com.example.other', MESSAGES], 'fail'],
  ])('where only %j was asked for, an app that is not shown is %s', (answeredApps, answer) => {
    const device = androidPhone({ apps: [], answeredApps });
    expect(ruleOf(judge(policyWith(code), device), MINIMUM)).toMatchObject({ answer });
  });

  it('takes equal names of any form for equal', () => {
    const device = androidPhone({ apps: [messages({ versionCode: null, version: '14.2 (b)' })] });
    expect(ruleOf(judge(policyWith({ minimum: { versionName: '14.2 (b)' } }), device), MINIMUM).answer).toBe('pass');
  });

  it.each<[ManagementMode, string, string]>([
    ['fully-managed', 'fail', 'a mode that the app is judged on'],
    ['work-profile', 'not-applicable', 'a mode that it is not judged on'],
  ] as const)('on %s phones: %s, since that is %s', (mode, answer) => {
    const device = androidPhone({ apps: [], ...management({ mode }) });
    const verdict = judge(policyWith({ modes: ['fully-managed', 'dedicated'] }), device);
    expect(ruleOf(verdict, MINIMUM).answer).toBe(answer);
  });

  it('says where its minimum comes from', () => {
    const settings = policyWith({ ...code, evidence: 'unverified vendor minimum' });
    expect(ruleOf(judge(settings, androidPhone()), MINIMUM).reason).toContain('unverified vendor minimum');
  });

  it('is a rule of its own platform only', () => {
    expect(judge(policyWith(code), iPhone()).rules.map(({ rule }) => rule)).not.toContain(MINIMUM);
  });
});

describe('channel.app', () => {
  it.each<[string, InstalledApp | null, string, string]>([
    ['production', messages(), 'pass', 'the name shows the production build'],
    [
      'production',
      messages({ version: 'messages.android_20270101_00_RC00.phone.openbeta' }),
      'fail',
      'an open beta is drift, even where it is newer',
    ],
    ['openbeta', messages(), 'fail', 'the production build where the beta is asked for'],
    [
      'production',
      messages({ version: 'messages.android_20260903_04_RC04' }),
      'unknown',
      'a short name shows no track',
    ],
    ['production', messages({ track: 'Production' }), 'pass', 'the MDM tells the track'],
    ['production', messages({ track: 'closed-7' }), 'fail', 'the MDM tells another track'],
    ['any', messages({ track: 'closed-7' }), 'not-applicable', 'no track is vetted'],
    ['production', null, 'not-applicable', 'what is not installed has no track'],
  ])('%s asked, %j: %s, since %s', (track, installed, answer) => {
    const device = androidPhone({ apps: installed === null ? [] : [installed] });
    const verdict = judge(policyWith({ track, required: false }), device);
    expect(ruleOf(verdict, CHANNEL)).toMatchObject({ answer, rung: 'channel' });
  });

  it('is unknown where only other apps were asked for', () => {
    const device = androidPhone({ apps: [], answeredApps: ['com.example.other'] });
    expect(ruleOf(judge(policyWith({ track: 'production' }), device), CHANNEL).answer).toBe('unknown');
  });

  it('is unknown where the MDM cannot see apps', () => {
    const verdict = judge(policyWith({ track: 'production' }), androidPhone({ apps: null }));
    expect(ruleOf(verdict, CHANNEL).answer).toBe('unknown');
  });
});
