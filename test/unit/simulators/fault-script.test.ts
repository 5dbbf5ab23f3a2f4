import type { FaultRule } from '../../../simulators/kit/fault';
import { makeFaultScript } from '../../../simulators/kit/fault-script';

const FAIL: FaultRule['fault'] = { kind: 'status', status: 500, body: 'json' };

function script(rules: readonly FaultRule[], seed = 1) {
  const clock = { time: 0, now: () => clock.time };
  return { clock, ...makeFaultScript({ rules, seed, clock }) };
}

/** Which of so many calls the rule hits, 1-based. */
function hits(when: FaultRule['when'], calls: number, page: number | null = null, seed = 1): readonly number[] {
  const { plan } = script([{ route: 'a', when, fault: FAIL }], seed);
  return Array.from({ length: calls }, (_, at) => at + 1).filter(() => plan('a', page).answer !== null);
}

describe('conditions', () => {
  test('none: every call', () => expect(hits({}, 3)).toEqual([1, 2, 3]));
  test('call: the calls by number', () => expect(hits({ call: [2, 4] }, 5)).toEqual([2, 4]));
  test('times: no more often than that', () => expect(hits({ times: 2 }, 5)).toEqual([1, 2]));
  test('page: that page', () => expect(hits({ page: [0] }, 2, 0)).toEqual([1, 2]));
  test('page: not another one', () => expect(hits({ page: [0] }, 2, 1)).toEqual([]));
  test('page: not where there are no pages', () => expect(hits({ page: [0] }, 2, null)).toEqual([]));
  test('all must hold', () => expect(hits({ call: [1, 2, 3], times: 1 }, 5)).toEqual([1]));

  test('share: close to it over many calls, the same for the same seed, another for another', () => {
    const some = hits({ share: 0.1 }, 5000);
    expect(some.length).toBeGreaterThan(400);
    expect(some.length).toBeLessThan(600);
    expect(hits({ share: 0.1 }, 5000)).toEqual(some);
    expect(hits({ share: 0.1 }, 5000, null, 2)).not.toEqual(some);
  });

  test('afterSeconds is from that moment on, untilSeconds before it', () => {
    const { plan, clock } = script([{ route: 'a', when: { afterSeconds: 2, untilSeconds: 4 }, fault: FAIL }]);
    const hit = [0, 1999, 2000, 3999, 4000].filter((time) => {
      clock.time = time;
      return plan('a', null).answer !== null;
    });
    expect(hit).toEqual([2000, 3999]);
  });
});

describe('routes', () => {
  test.each([
    ['jamf.devices', 'jamf.devices', true],
    ['jamf.devices', 'jamf.device', false],
    ['jamf.*', 'jamf.device', true],
    ['jamf.*', 'graph.devices', false],
    ['*', 'graph.devices', true],
  ])('%s means %s: %s', (route, name, expected) => {
    const { plan } = script([{ route, when: {}, fault: FAIL }]);
    expect(plan(name, null).answer !== null).toBe(expected);
  });

  test('calls of other routes are not counted', () => {
    const { plan } = script([{ route: 'a', when: { call: [2] }, fault: FAIL }]);
    expect([plan('a', null), plan('b', null), plan('a', null)].map(({ answer }) => answer !== null)).toEqual([
      false,
      false,
      true,
    ]);
  });
});

describe('several rules', () => {
  test('the first that spoils the answer wins, and the loser keeps its turn', () => {
    const { plan } = script([
      { route: 'a', when: { times: 1 }, fault: FAIL },
      { route: 'a', when: { times: 1 }, fault: { kind: 'disconnect' } },
    ]);
    expect([1, 2, 3].map(() => plan('a', null).answer?.kind ?? null)).toEqual(['status', 'disconnect', null]);
  });

  test('what happens beside the answer and what changes its content all take place', () => {
    const { plan } = script([
      { route: 'a', when: {}, fault: { kind: 'slow', ms: 1 } },
      { route: 'a', when: {}, fault: { kind: 'empty' } },
      { route: 'a', when: {}, fault: { kind: 'wrong-total', by: 1 } },
    ]);
    const planned = plan('a', null);
    expect(planned.sideEffects.map(({ kind }) => kind)).toEqual(['slow']);
    expect(planned.content.map(({ kind }) => kind)).toEqual(['empty', 'wrong-total']);
  });

  test('events happen once unless told', () => {
    const { plan } = script([{ route: 'a', when: {}, fault: { kind: 'token-dies' } }]);
    expect([1, 2].map(() => plan('a', null).sideEffects.length)).toEqual([1, 0]);
  });

  test('new rules start from nothing', () => {
    const { plan, replace, clock } = script([{ route: 'a', when: { times: 1 }, fault: FAIL }]);
    plan('a', null);
    clock.time = 60_000;
    replace([{ route: 'a', when: { times: 1, untilSeconds: 1 }, fault: FAIL }]);
    expect(plan('a', null).answer).toEqual(FAIL);
  });
});
