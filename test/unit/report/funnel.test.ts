import fc from 'fast-check';
import type { Rung } from '../../../core/readiness/ladder';
import { makeFunnel } from '../../../report/funnel';
import { CLIMB } from '../../../report/standings';
import { makeDevice, makeRow, makeRule } from './fleet-fixture';

const answers = fc.record({
  rung: fc.constantFrom<Rung>(...CLIMB),
  answer: fc.constantFrom('pass', 'fail', 'unknown', 'not-applicable'),
});

describe('the funnel', () => {
  test('never widens, loses at each rung whom it says, and ends with those who are ready or undetermined', () => {
    fc.assert(
      fc.property(fc.array(fc.array(answers, { maxLength: 4 }), { maxLength: 30 }), (fleet) => {
        const funnel = makeFunnel();
        const rows = fleet.map((rules) =>
          makeRow(
            makeDevice(),
            rules.map(({ rung, answer }) => makeRule(rung, answer)),
          ),
        );
        for (const { verdict } of rows) funnel.add(verdict);
        const steps = funnel.finish();
        let before = rows.length;
        for (const step of steps) {
          expect(step.past).toBe(before - step.stopHere);
          expect(step.failAtAll).toBeGreaterThanOrEqual(step.stopHere);
          expect(step.openQuestions).toBeLessThanOrEqual(step.past);
          before = step.past;
        }
        const standing = (name: string): number => rows.filter(({ verdict }) => verdict.standing === name).length;
        const last = steps.at(-1);
        expect(last?.openQuestions).toBe(standing('undetermined'));
        expect(last?.past).toBe(standing('undetermined') + standing('ready'));
      }),
    );
  });

  test('a rung that no rule answers says so: passing it proves nothing', () => {
    const funnel = makeFunnel();
    funnel.add(makeRow(makeDevice(), [makeRule('os', 'pass'), makeRule('key-present', 'not-applicable')]).verdict);
    const judged = Object.fromEntries(funnel.finish().map((step) => [step.rung, step.judged]));
    expect(judged).toMatchObject({ os: true, 'key-present': false, carrier: false });
  });

  test('phones that have gone silent are not among the reporting ones', () => {
    const funnel = makeFunnel();
    funnel.add(makeRow(makeDevice(), [makeRule('reporting', 'fail')]).verdict);
    funnel.add(makeRow(makeDevice(), [makeRule('os', 'fail')]).verdict);
    const [enrolled, reporting, os] = funnel.finish();
    expect(enrolled).toMatchObject({ past: 2, pastReporting: 1 });
    expect(reporting).toMatchObject({ past: 1, pastReporting: 1, stopHere: 1 });
    expect(os).toMatchObject({ past: 0, pastReporting: 0, stopHere: 1 });
  });
});
