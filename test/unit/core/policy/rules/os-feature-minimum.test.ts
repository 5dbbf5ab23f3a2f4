import { androidPhone, catalogOf, iPhone, judge, ruleOf } from '../policy-fixture';

const RULE = 'os.feature-minimum';
const APPLE = { apple: { featureMinimum: '26.5' } };

describe('the feature minimum of iOS', () => {
  it.each<[string | null, string, string]>([
    // The table of facts/rcs-carrier.md §4.1, row by row.
    ['26.5', 'pass', 'the minimum itself'],
    ['26.5.0', 'pass', 'a missing part is zero'],
    ['iOS 26.5', 'pass', 'the product in front means nothing'],
    ['26.6.1', 'pass', 'newer in the same train'],
    ['27.0', 'pass', 'a newer train has the feature too'],
    ['26.4.2', 'fail', 'older in the same train'],
    ['26', 'fail', '26 is 26.0'],
    ['26.3.1 (a)', 'fail', 'an improvement belongs to its base version'],
    ['26.5 beta 4', 'fail', 'a beta comes before its release'],
    ['18.7.10', 'fail', 'an older train lacks the feature, however patched'],
    ['', 'unknown', 'no value'],
    ['Unknown', 'unknown', 'a word is no version'],
    ['19.0', 'unknown', 'iOS 19 never existed'],
    ['25.1', 'unknown', 'iOS 25 never existed'],
    // And what the MDMs print besides.
    [null, 'unknown', 'the MDM shows nothing'],
    ['26.5 (23F77)', 'pass', 'Intune prints the build behind the version'],
    ['26.5 RC', 'fail', 'a candidate comes before its release'],
  ])('%p: %s, since %s', (osVersion, answer) => {
    const result = ruleOf(judge(APPLE, iPhone({ osVersion })), RULE);
    expect(result).toMatchObject({ answer, observed: osVersion, required: '26.5', rung: 'os', line: null });
    expect(result.sourceField).toBe('general.osVersion');
    expect(result.sourceTime).toBe('2026-11-24T00:00:00.000Z');
  });

  it('does not apply where the policy sets none', () => {
    expect(ruleOf(judge({}, iPhone({ osVersion: '15.0' })), RULE)).toMatchObject({
      answer: 'not-applicable',
      sourceField: 'policy',
      sourceTime: null,
    });
  });
});

describe('a feature minimum that a model cannot reach', () => {
  const feed = catalogOf(['26.6.1', ['iPhone17,3']], ['18.7.10', ['iPhone11,8', 'iPhone17,3']]);

  it.each<[string, string | null, boolean, string]>([
    ['18.7.8', 'iPhone11,8', true, 'the newest release for this model is 18.7.10'],
    ['18.7.8', 'iPhone17,3', false, 'this model only has to be updated'],
    ['18.7.8', 'iPhone99,9', false, 'the feed does not list the model: a gap is no claim'],
    ['18.7.8', null, false, 'the model is not known'],
    ['26.5', 'iPhone11,8', false, 'it has the feature, whatever the feed says'],
    ['Unknown', 'iPhone11,8', false, 'unknown is no claim'],
  ])('%s on %s: %p, since %s', (osVersion, modelId, cannotUpdate) => {
    const verdict = judge(APPLE, iPhone({ osVersion, modelId }), { catalog: feed });
    expect(verdict.cannotUpdate).toBe(cannotUpdate);
    expect(/cannot update/i.test(ruleOf(verdict, RULE).reason)).toBe(cannotUpdate);
  });

  it('is not claimed from a feed that is older than the minimum', () => {
    const verdict = judge({ apple: { featureMinimum: '27.0' } }, iPhone({ osVersion: '26.5' }), { catalog: feed });
    expect(ruleOf(verdict, RULE).answer).toBe('fail');
    expect(verdict.cannotUpdate).toBe(false);
  });

  it('is not claimed without a feed', () => {
    expect(judge(APPLE, iPhone({ osVersion: '18.7.8', modelId: 'iPhone11,8' })).cannotUpdate).toBe(false);
  });
});

describe('the feature minimum of Android', () => {
  it.each<[string | null, number | null, string, string]>([
    ['15', null, 'pass', 'the minimum itself'],
    ['16.0', null, 'pass', 'newer'],
    ['Android 15', null, 'pass', 'the product in front means nothing'],
    ['14', null, 'fail', 'older'],
    ['12L', null, 'fail', '12L lies between 12 and 13'],
    ['14', 35, 'pass', 'the API level counts before the release'],
    [null, 34, 'fail', 'the API level alone is enough'],
    ['Baklava', null, 'unknown', 'a codename is no release'],
    [null, null, 'unknown', 'the MDM shows nothing'],
  ])('%p with API %p: %s, since %s', (osVersion, apiLevel, answer) => {
    const result = ruleOf(judge({ android: { featureMinimum: '15' } }, androidPhone({ osVersion, apiLevel })), RULE);
    expect(result).toMatchObject({ answer, required: 'Android 15', rung: 'os' });
  });

  it('makes no claim about who cannot update: no feed tells', () => {
    const catalog = catalogOf(['26.6.1', ['iPhone17,3']]);
    const verdict = judge({ android: { featureMinimum: '15' } }, androidPhone({ osVersion: '11' }), { catalog });
    expect(verdict.cannotUpdate).toBe(false);
  });
});
