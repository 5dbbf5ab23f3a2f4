import { headline } from '../../../report/headline';
import { makeReportModel } from '../../../report/report-model';
import type { Rung } from '../../../core/readiness/ladder';
import { makeDevice, makeRow, makeRule, makeRun, NOW, POLICY } from './fleet-fixture';

function sentence(ready: number, stops: Partial<Record<Rung, number>>, undetermined = 0): string {
  const builder = makeReportModel({ run: makeRun(), policy: POLICY, now: NOW });
  const add = (count: number, rung: Rung, answer: 'pass' | 'fail' | 'unknown'): void => {
    for (let index = 0; index < count; index += 1) builder.add(makeRow(makeDevice(), [makeRule(rung, answer)]));
  };
  add(ready, 'os', 'pass');
  for (const [rung, count] of Object.entries(stops)) add(count, rung as Rung, 'fail');
  add(undetermined, 'app', 'unknown');
  return headline(builder.finish().counts).replace(/\u00a0/g, ' ');
}

describe('the headline', () => {
  test.each([
    [sentence(0, {}), 'No phones were read, so there is nothing to judge.'],
    [sentence(3, {}), 'All 3 phones are ready (unconfirmed).'],
    [sentence(0, { carrier: 2 }), 'None of 2 phones are ready (unconfirmed); 2 wait for a carrier.'],
    [sentence(1, { carrier: 1 }), '1 of 2 phones is ready (unconfirmed); 1 waits for its carrier.'],
    [
      sentence(2, { os: 1, patch: 2, carrier: 2, enrolled: 1 }),
      '2 of 8 phones are ready (unconfirmed); 3 need an update, 2 wait for a carrier.',
    ],
    [sentence(1, { os: 2 }, 4), '1 of 7 phones is ready (unconfirmed); 2 need an update, 4 cannot be judged yet.'],
  ])('%s', (actual, expected) => expect(actual).toBe(expected));

  test('never claims more than “unconfirmed”', () => expect(sentence(5, {})).toContain('unconfirmed'));
});
