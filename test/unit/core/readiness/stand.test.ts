import fc from 'fast-check';
import { LADDER } from '../../../../core/readiness/ladder';
import { stand } from '../../../../core/readiness/stand';
import type { StandingRule } from '../../../../core/readiness/stand';

const rule = (
  rung: StandingRule['rung'],
  answer: StandingRule['answer'],
  line: number | null = null,
): StandingRule => ({
  rung,
  answer,
  line,
});

describe('where a phone stands', () => {
  it.each<[string, StandingRule[], string, string[], string[]]>([
    ['everything passes', [rule('os', 'pass'), rule('app', 'not-applicable')], 'ready', [], []],
    ['there are no rules', [], 'ready', [], []],
    ['two rungs fail', [rule('carrier', 'fail'), rule('os', 'fail')], 'os', ['os', 'carrier'], []],
    ['one rung is unknown', [rule('os', 'pass'), rule('app', 'unknown')], 'undetermined', [], ['app']],
    [
      'a failing rung counts before an unknown one below it',
      [rule('os', 'unknown'), rule('app', 'fail')],
      'app',
      ['app'],
      ['os'],
    ],
    ['one rule of a rung fails', [rule('os', 'unknown'), rule('os', 'pass'), rule('os', 'fail')], 'os', ['os'], []],
    ['one rule of a rung is unknown', [rule('os', 'pass'), rule('os', 'unknown')], 'undetermined', [], ['os']],
  ])('%s', (_what, rules, standing, failing, unknown) => {
    expect(stand(rules, [])).toEqual({ standing, failing, unknown, bestLine: null });
  });

  it.each<[string, StandingRule[], number, string]>([
    ['ready is better than failing', [rule('carrier', 'fail', 1), rule('carrier', 'pass', 2)], 2, 'ready'],
    ['ready is better than undetermined', [rule('carrier', 'unknown', 1), rule('carrier', 'pass', 2)], 2, 'ready'],
    ['undetermined is better than failing', [rule('carrier', 'fail', 1), rule('os', 'unknown', 2)], 2, 'undetermined'],
    ['failing later is better', [rule('carrier', 'fail', 1), rule('key-present', 'fail', 2)], 2, 'key-present'],
    ['unknown later is better', [rule('app', 'unknown', 1), rule('carrier', 'unknown', 2)], 2, 'undetermined'],
    [
      'the same rung: less open is better',
      [rule('carrier', 'fail', 1), rule('carrier', 'fail', 2), rule('key-present', 'fail', 1)],
      2,
      'carrier',
    ],
    ['all the same: the lower slot', [rule('carrier', 'fail', 1), rule('carrier', 'fail', 2)], 1, 'carrier'],
    [
      'a rule of the phone holds for both',
      [rule('os', 'fail'), rule('carrier', 'pass', 2), rule('carrier', 'fail', 1)],
      2,
      'os',
    ],
  ])('of two lines, %s', (_what, rules, bestLine, standing) => {
    expect(stand(rules, [1, 2])).toMatchObject({ bestLine, standing });
    expect(stand(rules, [2, 1])).toMatchObject({ bestLine, standing });
  });

  it('does not look at lines that do not count', () => {
    expect(stand([rule('carrier', 'pass', 1), rule('carrier', 'fail', 2)], [2])).toMatchObject({ standing: 'carrier' });
  });
});

describe('for any rules', () => {
  const rules = fc.array(
    fc.record({
      rung: fc.constantFrom(...LADDER.filter((rung) => rung !== 'ready')),
      answer: fc.constantFrom('pass', 'fail', 'unknown', 'not-applicable'),
      line: fc.constantFrom(null, 1, 2),
    }),
    { maxLength: 14 },
  );
  const lines = fc.constantFrom([], [1], [2], [1, 2]);
  /** Failing below undetermined below ready; among failing ones, the lower rung. */
  const height = (standing: string): number =>
    standing === 'ready' ? 100 : standing === 'undetermined' ? 99 : LADDER.findIndex((rung) => rung === standing);

  it('their order changes nothing', () => {
    const shuffled = rules.chain((given) =>
      fc.tuple(fc.constant(given), fc.shuffledSubarray(given, { minLength: given.length })),
    );
    fc.assert(
      fc.property(shuffled, lines, ([given, other], slots) => {
        expect(stand(other, slots)).toEqual(stand(given, slots));
        expect(stand(given, slots.toReversed())).toEqual(stand(given, slots));
      }),
    );
  });

  it('one failing rule more never improves the standing', () => {
    fc.assert(
      fc.property(rules, rules, lines, (given, [more], slots) => {
        if (more === undefined) return;
        const worse = stand([...given, { ...more, answer: 'fail' }], slots);
        expect(height(worse.standing)).toBeLessThanOrEqual(height(stand(given, slots).standing));
      }),
    );
  });

  it('an unknown rule never makes a rung fail', () => {
    fc.assert(
      fc.property(rules, rules, fc.constantFrom([], [1], [2]), (given, more, slots) => {
        const unseen = more.map((each): StandingRule => ({ ...each, answer: 'unknown' }));
        expect(stand([...given, ...unseen], slots).failing).toEqual(stand(given, slots).failing);
      }),
    );
  });

  it('a rung is failing, unknown or neither, never both', () => {
    fc.assert(
      fc.property(rules, lines, (given, slots) => {
        const { failing, unknown } = stand(given, slots);
        expect(failing.filter((rung) => unknown.includes(rung))).toEqual([]);
      }),
    );
  });

  it('ready means that nothing fails and nothing is unknown', () => {
    fc.assert(
      fc.property(rules, lines, (given, slots) => {
        const { standing, failing, unknown } = stand(given, slots);
        expect(standing === 'ready').toBe(failing.length + unknown.length === 0);
      }),
    );
  });
});
