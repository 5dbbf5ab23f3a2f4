import { parsePolicy, policyJsonSchema } from '../../../../core/policy/schema';

function problems(
  settings: Readonly<Record<string, unknown>>,
): readonly { path: string; message: string; hint?: string }[] {
  const parsed = parsePolicy({ version: 1, ...settings });
  return parsed.ok ? [] : parsed.problems;
}

describe('a policy that can be used', () => {
  it('needs nothing but its version', () => {
    const parsed = parsePolicy({ version: 1 });
    expect(parsed).toMatchObject({
      ok: true,
      policy: {
        unknownIs: 'unknown',
        reporting: { maxAgeDays: 14 },
        apple: { securityMinimums: {}, allowBeta: false },
        integrity: { allowJailbroken: false },
        apps: [],
        rcsAllowed: { default: 'unknown' },
        carriers: [],
        lines: { corporate: 'any' },
        grace: { days: 0 },
      },
    });
  });

  it('takes whole numbers for versions', () => {
    const parsed = parsePolicy({ version: 1, apple: { featureMinimum: 27 }, android: { featureMinimum: 15 } });
    expect(parsed).toMatchObject({
      ok: true,
      policy: { apple: { featureMinimum: '27' }, android: { featureMinimum: '15' } },
    });
  });
});

describe('a policy that cannot', () => {
  it.each([
    ['no mapping at all', 'text', { path: '' }],
    ['an empty file', null, { path: '' }],
    ['a list', [], { path: '' }],
    ['no version', {}, { path: 'version', message: 'is missing', hint: 'Write 1.' }],
    ['a version of the future', { version: 2 }, { path: 'version' }],
  ])('%s', (_what, value, problem) => {
    const parsed = parsePolicy(value);
    expect(parsed.ok ? [] : parsed.problems).toEqual([expect.objectContaining(problem)]);
  });

  it.each([
    [{ carrier: [] }, 'carrier', 'Did you mean "carriers"?'],
    [{ reporting: { maxAge: 3 } }, 'reporting.maxAge', 'Did you mean "maxAgeDays"?'],
    [{ apple: { featureMin: '26.5' } }, 'apple.featureMin', 'Did you mean "featureMinimum"?'],
    [
      { android: { securityPatch: { since: '2026-01-01' } } },
      'android.securityPatch.since',
      'Remove it, or write one of: minimum, maxAgeDays.',
    ],
    [{ apps: [{ id: 'a', platform: 'ios', tracks: 'any' }] }, 'apps[0].tracks', 'Did you mean "track"?'],
    [{ groups: [{ name: 'a', where: { users: ['x'], user: [] } }] }, 'groups[0].where.user', 'Did you mean "users"?'],
    [{ lines: { corporate: { slot: [1], carriers: ['a'] } } }, 'lines.corporate.slot', 'Did you mean "slots"?'],
  ])('has the unknown key of %j', (settings, path, hint) => {
    expect(problems(settings)).toEqual([{ path, message: 'is not a setting', hint }]);
  });

  it('suggests only what may stand at that place', () => {
    // "groups" is a setting of the file, yet none of a group's overrides.
    expect(
      problems({ groups: [{ name: 'a', where: { users: ['x'] }, overrides: { group: [] } }] })[0]?.hint,
    ).not.toContain('groups');
  });

  it.each([
    [{ apple: { featureMinimum: 26.1 } }, 'apple.featureMinimum', /in quotes: without them 26.10 is read as 26.1/],
    [{ carriers: [{ name: 'a', endToEndEncryption: 'no', plmns: [310260] }] }, 'carriers[0].plmns[0]', /"310260"/],
    [{ apps: [{ id: 'a', platform: 'androd' }] }, 'apps[0].platform', /"android"/],
    [{ carriers: [{ name: 'a', endToEndEncryption: true }] }, 'carriers[0].endToEndEncryption', /"yes" or "no"/],
    [
      { exceptions: [{ rule: 'patch.levels', match: { users: ['x'] }, reason: 'r', expires: '2027-01-01' }] },
      'exceptions[0].rule',
      /"patch.level"/,
    ],
    [{ lines: { corporate: 'slots' } }, 'lines.corporate', /"any"/],
  ])('%j: at %s, with a hint', (settings, path, hint) => {
    expect(problems(settings)).toEqual([{ path, message: expect.any(String), hint: expect.stringMatching(hint) }]);
  });

  it.each<[Readonly<Record<string, unknown>>, string, string]>([
    [{ apple: { featureMinimum: '19.0' } }, 'apple.featureMinimum', 'iOS 19 never existed'],
    [{ apple: { securityMinimums: { ios26: '26.1' } } }, 'apple.securityMinimums.ios26', 'trains are numbers'],
    [{ android: { featureMinimum: 'Baklava' } }, 'android.featureMinimum', 'a codename has no order'],
    [
      { android: { securityPatch: { minimum: '2026-02-30' } } },
      'android.securityPatch.minimum',
      'there is no such day',
    ],
    [{ apps: [{ id: 'a', platform: 'ios', minimum: {} }] }, 'apps[0].minimum', 'a minimum of nothing'],
    [{ carriers: [{ name: 'a', endToEndEncryption: 'no', plmns: ['31'] }] }, 'carriers[0].plmns[0]', 'no MCC and MNC'],
    [{ groups: [{ name: 'a', where: {} }] }, 'groups[0].where', 'a condition of nothing'],
    [{ lines: { corporate: {} } }, 'lines.corporate', 'a choice of nothing'],
    [{ grace: { rules: { 'os.features': { days: 3 } } } }, 'grace.rules.os.features', 'there is no such rule'],
    [
      { exceptions: [{ rule: 'patch.level', match: { group: 'x' }, reason: 'r', expires: '2027-01-01' }] },
      'exceptions[0].match.group',
      'there is no such group',
    ],
    [
      { exceptions: [{ rule: 'patch.level', match: {}, reason: 'r', expires: '2027-01-01' }] },
      'exceptions[0].match',
      'a match of nothing',
    ],
    [
      {
        groups: [
          { name: 'a', where: { users: ['x'] } },
          { name: 'a', where: { users: ['y'] } },
        ],
      },
      'groups[1].name',
      'a name used twice',
    ],
  ])('%j: at %s, since %s', (settings, path) => {
    expect(problems(settings).map((problem) => problem.path)).toEqual([path]);
  });

  it('is told everything at once, names that lead nowhere included', () => {
    const found = problems({
      version: 1,
      reporting: { maxAgeDays: 0, days: 3 },
      apple: { allowBeta: 'ja' },
      groups: [
        { name: 'a', where: { users: ['x'] } },
        { name: 'a', where: {} },
      ],
      exceptions: [{ rule: 'nothing', match: { group: 'b' }, reason: '', expires: 'soon' }],
    });
    expect(found.map(({ path }) => path).sort()).toEqual([
      'apple.allowBeta',
      'exceptions[0].expires',
      'exceptions[0].match.group',
      'exceptions[0].reason',
      'exceptions[0].rule',
      'groups[1].name',
      'groups[1].where',
      'reporting.days',
      'reporting.maxAgeDays',
    ]);
  });

  it('knows the rules of apps by the apps of the file, those of groups included', () => {
    const exception = (rule: string): unknown => ({
      rule,
      match: { users: ['x'] },
      reason: 'r',
      expires: '2027-01-01',
    });
    const settings = {
      apps: [{ id: 'com.one', platform: 'ios' }],
      groups: [{ name: 'a', where: { users: ['x'] }, overrides: { apps: [{ id: 'com.two', platform: 'ios' }] } }],
    };
    const rules = ['app.minimum:com.one', 'channel.app:com.two', 'app.minimum'];
    expect(problems({ ...settings, exceptions: rules.map(exception) })).toEqual([]);
    expect(problems({ ...settings, exceptions: [exception('app.minimum:com.three')] })).toHaveLength(1);
  });
});

describe('the JSON Schema', () => {
  it('describes the file as it is written, for editors', () => {
    expect(policyJsonSchema()).toMatchObject({
      type: 'object',
      additionalProperties: false,
      required: ['version'],
      properties: { apple: { type: 'object' }, groups: { type: 'array' } },
    });
  });
});
