import { checkPolicy } from '../../../../core/policy/check-policy';
import type { OsCatalog } from '../../../../core/policy/os-catalog';
import { catalogOf, EXAMPLE_MOBILE, MESSAGES, NOW, policyOf } from './policy-fixture';

/** A policy with nothing to find, to be spoiled part by part. */
const CLEAN = { apple: { featureMinimum: '26.5' } };

function findings(
  settings: Readonly<Record<string, unknown>>,
  catalog: OsCatalog | null = null,
): readonly (readonly [severity: string, path: string])[] {
  return checkPolicy(policyOf({ ...CLEAN, ...settings }), catalog, NOW).map(({ severity, path }) => [severity, path]);
}

const app = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  id: MESSAGES,
  platform: 'android',
  ...fields,
});

const minimum = (fields: Readonly<Record<string, unknown>>, track = 'any'): Readonly<Record<string, unknown>> => ({
  apps: [app({ minimum: fields, evidence: 'lab', track })],
});

const exception = (fields: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => ({
  exceptions: [{ rule: 'patch.level', match: { serials: ['A'] }, reason: 'r', expires: '2027-11-01', ...fields }],
});

describe('a policy without contradictions', () => {
  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['the feature minimum alone', {}],
    [
      'a security minimum above the feature minimum',
      { apple: { featureMinimum: '26.5', securityMinimums: { '26': '26.7.1' } } },
    ],
    [
      'a security minimum of a train below the feature minimum',
      { apple: { featureMinimum: '26.5', securityMinimums: { '18': '18.7.10' } } },
    ],
    ['a patch age of 100 days', { android: { securityPatch: { maxAgeDays: 100 } } }],
    [
      'an app with a minimum and its evidence',
      { apps: [app({ minimum: { versionCode: 321000000 }, evidence: 'lab' })] },
    ],
    [
      'one app for two sorts of phones',
      {
        apps: [
          app({ track: 'openbeta', modes: ['dedicated'] }),
          app({ track: 'production', modes: ['fully-managed'] }),
        ],
      },
    ],
    ['a carrier with evidence and date', { carriers: [EXAMPLE_MOBILE] }],
    [
      'two groups of different phones',
      {
        groups: [
          { name: 'a', where: { category: ['x'] }, overrides: { unknownIs: 'unknown' } },
          { name: 'b', where: { category: ['y'] }, overrides: { unknownIs: 'unknown' } },
        ],
      },
    ],
    [
      'a group that only an exception speaks of',
      { groups: [{ name: 'a', where: { category: ['x'] } }], ...exception({ match: { group: 'a' } }) },
    ],
    ['an exception with time left', exception({})],
    ['grace with a date', { grace: { days: 14, since: '2026-10-01' } }],
  ])('is clean: %s', (_what, settings) => {
    expect(findings(settings)).toEqual([]);
  });
});

describe('a finding', () => {
  it.each<[Readonly<Record<string, unknown>>, string, string, string]>([
    [{ apple: {} }, 'warning', 'apple.featureMinimum', 'no minimum: any iOS could be called ready'],
    [{ apple: { featureMinimum: '26.4' } }, 'warning', 'apple.featureMinimum', 'encrypted RCS begins with 26.5'],
    [
      { apple: { featureMinimum: '26.5', securityMinimums: { '26': '26.4.2' } } },
      'warning',
      'apple.securityMinimums.26',
      'a security minimum below the feature minimum of its train has no effect',
    ],
    [
      { apple: { featureMinimum: '26.5', securityMinimums: { '27': '26.7.1' } } },
      'error',
      'apple.securityMinimums.27',
      'a version of one train as the minimum of another',
    ],
    [
      { android: { securityPatch: { maxAgeDays: 60 } } },
      'warning',
      'android.securityPatch.maxAgeDays',
      'bulletins are quarterly',
    ],
    [
      { android: { securityPatch: { minimum: '2027-01-05' } } },
      'error',
      'android.securityPatch.minimum',
      'nobody has the future',
    ],
    [
      { apps: [app({ track: 'openbeta' }), app({ track: 'production' })] },
      'error',
      'apps[1]',
      'the same phones cannot run both tracks',
    ],
    [{ apps: [app({}), app({})] }, 'warning', 'apps[1]', 'listed twice'],
    [
      { apps: [app({ minimum: { versionCode: 321000000 } })] },
      'warning',
      'apps[0].evidence',
      'no vendor publishes minimums',
    ],
    [minimum({ versionCode: 321057063 }), 'warning', 'apps[0].minimum.versionCode', 'the variant is ignored'],
    [minimum({ versionName: '14.2' }), 'warning', 'apps[0].minimum.versionName', 'a name without order'],
    [
      minimum({ versionName: 'messages.android_20260903_04_RC04.phone.openbeta' }, 'production'),
      'error',
      'apps[0].minimum.versionName',
      'a beta as minimum of the production track',
    ],
    [
      { carriers: [{ ...EXAMPLE_MOBILE, evidence: undefined }] },
      'warning',
      'carriers[0].evidence',
      'yes needs evidence',
    ],
    [{ carriers: [{ ...EXAMPLE_MOBILE, date: undefined }] }, 'warning', 'carriers[0].date', 'yes needs a date'],
    [{ carriers: [{ ...EXAMPLE_MOBILE, date: '2027-01-01' }] }, 'warning', 'carriers[0].date', 'nobody saw the future'],
    [
      { carriers: [{ name: 'a', endToEndEncryption: 'no', confirmed: { by: 'lab', date: '2026-01-01' } }] },
      'error',
      'carriers[0].confirmed',
      'confirmed and denied',
    ],
    [
      { carriers: [EXAMPLE_MOBILE, { name: 'b', plmns: ['310260'], endToEndEncryption: 'no' }] },
      'error',
      'carriers[1].plmns',
      'one network, two carriers',
    ],
    [
      {
        carriers: [
          { name: 'a', plmns: ['23415'], endToEndEncryption: 'no' },
          { name: 'b', plmns: ['234015'], endToEndEncryption: 'no' },
        ],
      },
      'error',
      'carriers[1].plmns',
      'one network in two spellings',
    ],
    [
      { carriers: [EXAMPLE_MOBILE, { name: 'b', names: ['example-mobile'], endToEndEncryption: 'no' }] },
      'error',
      'carriers[1].names',
      'one name, two carriers',
    ],
    [exception({ expires: '2026-11-24' }), 'warning', 'exceptions[0]', 'it has expired'],
    [exception({ expires: '2026-12-01' }), 'warning', 'exceptions[0]', 'it expires soon'],
    [exception({ match: { serials: [] } }), 'error', 'exceptions[0].match', 'it matches nobody'],
    [exception({ rule: 'carrier' }), 'warning', 'exceptions[0].rule', 'the carrier never counts for compliance'],
    [{ grace: { days: 14 } }, 'warning', 'grace.since', 'only fresh phones would get it'],
    [
      { grace: { rules: { carrier: { days: 9 } } } },
      'warning',
      'grace.rules.carrier',
      'the carrier never counts for compliance',
    ],
  ])('%#: %j: %s at %s, since %s', (settings, severity, path) => {
    expect(findings(settings)).toEqual([[severity, path]]);
  });
});

describe('groups', () => {
  const group = (name: string, where: unknown, overrides: unknown = { unknownIs: 'unknown' }): unknown => ({
    name,
    where,
    overrides,
  });

  it.each<[unknown[], string, string, string]>([
    [[group('a', { category: [] })], 'error', 'groups[0].where.category', 'an empty list matches nobody'],
    [
      [group('a', { category: ['x'] }), group('b', { category: ['X'] })],
      'error',
      'groups[1]',
      'the same condition above, in other letters',
    ],
    [
      [group('a', { category: ['x', 'y'] }), group('b', { category: ['y'], platform: ['ios'] })],
      'error',
      'groups[1]',
      'a wider condition above takes all its phones',
    ],
    [[group('a', { category: ['x'] }, {})], 'warning', 'groups[0].overrides', 'it changes nothing'],
    [
      [group('a', { platform: ['ios'] }, { android: { featureMinimum: '13' } })],
      'warning',
      'groups[0].overrides.android',
      'it holds no Android phone',
    ],
    [
      [group('a', { category: ['x'] }, { apple: { featureMinimum: '26.1' } })],
      'warning',
      'groups[0].overrides.apple.featureMinimum',
      'its own settings are looked at too',
    ],
    [
      [group('a', { category: ['x'] }, { apple: { securityMinimums: { '26': '26.4.2' } } })],
      'warning',
      'groups[0].overrides.apple.securityMinimums.26',
      'its security minimum against the feature minimum of the policy',
    ],
  ])('%#: %j: %s at %s, since %s', (groups, severity, path) => {
    expect(findings({ groups })).toEqual([[severity, path]]);
  });

  it('are not shadowed by a narrower one above', () => {
    const groups = [group('a', { category: ['x'], platform: ['ios'] }), group('b', { category: ['x'] })];
    expect(findings({ groups })).toEqual([]);
  });
});

describe('minimums that nobody can reach', () => {
  const catalog = catalogOf(
    ['26.6.1', ['iPhone17,3']],
    ['27.0', ['iPhone17,3']],
    ['27.9', ['iPad16,1']],
    ['18.7.10', ['iPhone11,8']],
  );

  it.each<[string, Readonly<Record<string, string>>, string[]]>([
    ['26.5', { '26': '26.6.1', '27': '27.0' }, []],
    ['26.5', { '26': '26.7.1' }, ['apple.securityMinimums.26']],
    ['26.5', { '27': '27.0.1' }, ['apple.securityMinimums.27']],
    ['27.5', {}, ['apple.featureMinimum']],
  ])('%s with %j: %j', (featureMinimum, securityMinimums, paths) => {
    const found = findings({ apple: { featureMinimum, securityMinimums } }, catalog);
    expect(found).toEqual(paths.map((path) => ['error', path]));
  });

  it('name the feed, which may be the one that is behind', () => {
    const [finding] = checkPolicy(policyOf({ apple: { featureMinimum: '28.0' } }), catalog, NOW);
    expect(finding?.message).toContain('2026-11-20');
  });

  it('are not looked for without a feed', () => {
    expect(findings({ apple: { featureMinimum: '99.0' } })).toEqual([]);
  });
});
