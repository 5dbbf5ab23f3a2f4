import { androidPhone, catalogOf, iPhone, judge, ruleOf } from '../policy-fixture';

const RULE = 'os.security-minimum';
const APPLE = { apple: { featureMinimum: '26.5', securityMinimums: { '26': '26.7.1', '27': '27.0.1' } } };

describe('the security minimum of iOS', () => {
  it.each<[string | null, string, string | null, string]>([
    ['26.7.1', 'pass', '26.7.1', 'the minimum of its own train'],
    ['26.7.1 (a)', 'pass', '26.7.1', 'an improvement stands above its base'],
    ['26.7', 'fail', '26.7.1', 'below the minimum of its train'],
    ['26.6.1', 'fail', '26.7.1', 'it has the feature, and not the fixes'],
    ['27.0', 'fail', '27.0.1', 'a newer train is not compared with 26.7.1, which is newer by date'],
    ['27.0.1', 'pass', '27.0.1', 'the minimum of the newer train'],
    ['28.1', 'pass', null, 'a train newer than all listed ones'],
    ['18.7.10', 'not-applicable', null, 'an older train has no minimum: the feature minimum judges it'],
    ['Unknown', 'unknown', null, 'no train can be read'],
    [null, 'unknown', null, 'the MDM shows nothing'],
  ])('%p: %s against %p, since %s', (osVersion, answer, required) => {
    expect(ruleOf(judge(APPLE, iPhone({ osVersion })), RULE)).toMatchObject({ answer, required, rung: 'os' });
  });

  it('leaves an older train to the feature minimum, and says so', () => {
    const verdict = judge(APPLE, iPhone({ osVersion: '18.7.10' }));
    expect(ruleOf(verdict, RULE).reason).toContain('only the feature minimum judges it');
    expect(ruleOf(verdict, 'os.feature-minimum').answer).toBe('fail');
    expect(verdict.standing).toBe('os');
  });

  it('leaves a train in a gap of the list alone', () => {
    const settings = { apple: { securityMinimums: { '26': '26.7.1', '28': '28.0.1' } } };
    expect(ruleOf(judge(settings, iPhone({ osVersion: '27.0' })), RULE).answer).toBe('not-applicable');
  });

  it('does not apply where the policy sets none', () => {
    expect(ruleOf(judge({}, iPhone()), RULE).answer).toBe('not-applicable');
  });

  it('is no rule of Android', () => {
    expect(judge(APPLE, androidPhone()).rules.map(({ rule }) => rule)).not.toContain(RULE);
  });
});

describe('a security minimum that is not published for every model', () => {
  // facts/rcs-carrier.md §2.1: 26.5.1 exists for five models only.
  const feed = catalogOf(
    ['26.5.1', ['iPhone18,1']],
    ['26.5', ['iPhone18,1', 'iPhone17,3']],
    ['18.7.10', ['iPhone11,8']],
    ['18.7.8', ['iPhone11,8', 'iPhone11,2']],
  );
  const settings = { apple: { securityMinimums: { '18': '18.7.10', '26': '26.5.1' } } };

  it.each([
    ['26.5', 'iPhone18,1', 'fail', false, 'it is offered to this model'],
    ['26.5', 'iPhone17,3', 'pass', false, 'this model holds the newest it is offered, and is still served'],
    ['26.4', 'iPhone17,3', 'fail', false, 'this model lacks a release that it is offered'],
    ['18.7.8', 'iPhone11,2', 'fail', true, 'this model is no longer served, and its last release lacks the fixes'],
    ['18.7.8', 'iPhone11,8', 'fail', false, 'this model is offered the fixes'],
    ['18.7.8', 'iPhone17,3', 'fail', false, 'this model is offered a newer train'],
    ['26.5', 'iPhone99,9', 'fail', false, 'the feed does not list the model: no claim'],
  ])('%s on %s: %s, cannot update %p, since %s', (osVersion, modelId, answer, cannotUpdate) => {
    const verdict = judge(settings, iPhone({ osVersion, modelId }), { catalog: feed });
    expect(ruleOf(verdict, RULE).answer).toBe(answer);
    expect(verdict.cannotUpdate).toBe(cannotUpdate);
  });

  it('is asked of all where the feed is older than the minimum', () => {
    const verdict = judge(APPLE, iPhone({ osVersion: '26.5', modelId: 'iPhone17,3' }), { catalog: feed });
    expect(ruleOf(verdict, RULE)).toMatchObject({ answer: 'fail', required: '26.7.1' });
    expect(verdict.cannotUpdate).toBe(false);
  });
});
