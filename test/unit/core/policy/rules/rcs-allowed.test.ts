import { androidPhone, iPhone, judge, management, ruleOf } from '../policy-fixture';

const BLOCK = { blockingProfiles: ['com.example.no-rcs'], blockedGroups: ['Traders'] };

function answer(rcsAllowed: Readonly<Record<string, unknown>>, device = iPhone()): readonly [string, string] {
  const { answer: given, sourceField } = ruleOf(judge({ rcsAllowed }, device), 'rcs-allowed');
  return [given, sourceField];
}

describe('rcs-allowed', () => {
  const seen = management({ profiles: ['com.example.wifi'], groups: ['Everyone'] });

  it('is what the policy states where nothing else tells', () => {
    expect(answer({ default: 'allowed' })).toEqual(['pass', 'policy']);
    expect(answer({ default: 'blocked' })).toEqual(['fail', 'policy']);
    expect(answer({ default: 'unknown' })).toEqual(['unknown', 'policy']);
    expect(answer({})).toEqual(['unknown', 'policy']);
  });

  it('fails on a phone that carries a blocking profile, whatever the policy states', () => {
    const device = iPhone(management({ profiles: ['com.example.wifi', 'com.example.no-rcs'] }));
    expect(answer({ ...BLOCK, default: 'allowed' }, device)).toEqual(['fail', 'profiles.identifier']);
  });

  it('fails in a blocked group, which is compared without case', () => {
    const device = androidPhone(management({ groups: ['everyone', 'traders'], mode: 'fully-managed' }));
    expect(answer({ ...BLOCK, default: 'allowed' }, device)).toEqual(['fail', 'profiles.identifier']);
  });

  it('passes an iPhone whose profiles are all seen and harmless, even where the policy states nothing', () => {
    expect(answer({ ...BLOCK, default: 'unknown' }, iPhone(seen))).toEqual(['pass', 'profiles.identifier']);
  });

  it('cannot conclude that from profiles which the MDM does not show, nor on Android', () => {
    const hidden = iPhone(management({ profiles: null }));
    expect(answer({ ...BLOCK, default: 'unknown' }, hidden)).toEqual(['unknown', 'policy']);
    expect(answer({ ...BLOCK, default: 'unknown' }, androidPhone(seen))).toEqual(['unknown', 'policy']);
  });

  it.each([
    ['an unsupervised iPhone', management({ supervised: false, mode: 'device' })],
    ['an iPhone under user enrollment', management({ supervised: null, mode: 'user-enrollment' })],
  ])('passes %s: Apple does not let the restriction apply to it', (_what, fields) => {
    const result = ruleOf(judge({ rcsAllowed: { default: 'blocked' } }, iPhone(fields)), 'rcs-allowed');
    expect(result.answer).toBe('pass');
    expect(result.reason).toContain('supervised');
  });

  it('gives its evidence', () => {
    const settings = { rcsAllowed: { default: 'allowed', evidence: 'MDM team', date: '2026-10-01' } };
    expect(ruleOf(judge(settings, iPhone()), 'rcs-allowed').reason).toContain('MDM team, 2026-10-01');
  });
});
