import { checkFaultRoutes, FaultFileError, readFaultFile } from '../../../simulators/kit/read-fault-file';

const read = (value: unknown) => readFaultFile(JSON.stringify(value));
const problems = (value: unknown): readonly string[] => {
  try {
    read(value);
    return [];
  } catch (error) {
    if (error instanceof FaultFileError) return error.problems;
    throw error;
  }
};

describe('a fault file that is right', () => {
  test('single numbers become lists, and what is left out gets its usual value', () => {
    expect(
      read([
        { route: 'jamf.devices', when: { page: 2, call: [1, 3] }, fault: { kind: 'status', status: 429 } },
        { route: '*', fault: { kind: 'cut-json' } },
      ]),
    ).toEqual([
      {
        route: 'jamf.devices',
        when: { page: [2], call: [1, 3] },
        fault: { kind: 'status', status: 429, body: 'json' },
      },
      { route: '*', when: {}, fault: { kind: 'cut-json', declared: 'short' } },
    ]);
  });
});

describe('a fault file that is wrong', () => {
  test('not JSON', () => expect(() => readFaultFile('{')).toThrow(/not JSON/));

  test.each<readonly [why: string, value: unknown, at: RegExp]>([
    ['not a list', {}, /^rules: /],
    ['an unknown kind', [{ route: 'a', fault: { kind: 'explode' } }], /^rules\[0\]\.fault/],
    [
      'a misspelt condition',
      [{ route: 'a', when: { pages: 1 }, fault: { kind: 'empty' } }],
      /^rules\[0\]\.when.*pages/,
    ],
    ['an unknown key of a fault', [{ route: 'a', fault: { kind: 'empty', count: 1 } }], /^rules\[0\]\.fault.*count/],
    ['a share above 1', [{ route: 'a', when: { share: 10 }, fault: { kind: 'empty' } }], /^rules\[0\]\.when\.share/],
    ['a status that is none', [{ route: 'a', fault: { kind: 'status', status: 42 } }], /^rules\[0\]\.fault\.status/],
    ['a star in the middle', [{ route: 'a*b', fault: { kind: 'empty' } }], /^rules\[0\]\.route/],
    ['no fault', [{ route: 'a' }], /^rules\[0\]\.fault/],
  ])('%s', (_why, value, at) => {
    expect(problems(value)).toEqual([expect.stringMatching(at)]);
  });

  test('all problems are listed at once', () => {
    expect(problems([{ route: 'a' }, { route: 'b', fault: { kind: 'slow', ms: -1 } }])).toHaveLength(2);
  });

  test('a rule that can hit no route is a problem that names the routes', () => {
    const rules = read([{ route: 'jamf.*', fault: { kind: 'empty' } }]);
    expect(() => checkFaultRoutes(rules, ['jamf.devices'])).not.toThrow();
    expect(() => checkFaultRoutes(rules, ['graph.devices'])).toThrow(/rules\[0\]\.route.*graph\.devices/);
  });
});
