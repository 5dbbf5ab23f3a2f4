import fc from 'fast-check';
import { makeBoundedList } from '../../../report/bounded-list';

describe('a bounded list', () => {
  test('keeps exactly the lowest ranks, whatever the order they come in', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 50 })), fc.integer({ min: 0, max: 12 }), (ranks, limit) => {
        const list = makeBoundedList<{ rank: number }>(limit);
        for (const rank of ranks) list.offer(rank, () => ({ rank }));
        const expected = ranks.toSorted((a, b) => a - b).slice(0, limit);
        expect(list.sorted().map(({ rank }) => rank)).toEqual(expected);
      }),
    );
  });

  test('makes no entry that does not get in: a million refused phones cost no memory', () => {
    const list = makeBoundedList<{ rank: number }>(2);
    list.offer(1, () => ({ rank: 1 }));
    list.offer(2, () => ({ rank: 2 }));
    const make = jest.fn(() => ({ rank: 3 }));
    list.offer(3, make);
    expect(make).not.toHaveBeenCalled();
  });
});
