import fc from 'fast-check';
import { addToSketch, estimateDistinct, mergeSketches } from '../../../../../core/directory/limits/distinct-sketch';
import { DEFAULT_LIMIT_SETTINGS } from '../../../../../core/directory/limits/limit-settings';
import { observe } from '../../../../../core/directory/limits/observe';
import type { WatchState } from '../../../../../core/directory/limits/observe';
import { makePhoneDigests } from '../../../../../core/directory/limits/phone-digests';
import type { E164 } from '../../../../../core/device/managed-device';

const digests = makePhoneDigests(Buffer.alloc(32, 1));
const SETTINGS = DEFAULT_LIMIT_SETTINGS.watch;
const START = Date.parse('2026-11-25T00:00:00.000Z');
const HOUR = 3_600_000;

interface Lookup {
  readonly no: number;
  readonly found?: boolean;
  readonly canary?: boolean;
  /** Minutes after the start. */
  readonly at?: number;
}

function observeAll(
  lookups: readonly Lookup[],
  state: WatchState | null = null,
): { state: WatchState; kinds: string[] } {
  const kinds = new Set<string>();
  for (const [index, { no, found = true, canary = false, at = index }] of lookups.entries()) {
    const phone = `+1${2_000_000_000 + no}` as E164;
    const seen = observe(
      state,
      {
        at: START + at * 60_000,
        target: digests.digest(phone),
        neighbours: digests.neighbours(phone, SETTINGS.adjacentWithin),
        found,
        canary,
      },
      SETTINGS,
    );
    state = seen.state;
    for (const { kind } of seen.signs) kinds.add(kind);
  }
  return { state: state!, kinds: [...kinds].sort() };
}

const many = (count: number, make: (at: number) => Lookup): Lookup[] =>
  Array.from({ length: count }, (_, at) => make(at));
/** Spread so that no two are neighbours. */
const far = (at: number): number => at * 1_009;

/** Shuffled, always in the same way. */
const shuffled = (count: number): number[] =>
  many(count, (at) => ({ no: at }))
    .map(({ no }) => ({ no, by: (no * 7919 + 13) % 10_007 }))
    .sort((one, other) => one.by - other.by)
    .map(({ no }) => no);

describe('signs of harvesting', () => {
  test.each<[string, Lookup[], string[]]>([
    ['nothing but a few lookups', many(19, (at) => ({ no: far(at) })), []],
    ['the same number over and over', many(100, () => ({ no: 5 })), []],
    ['a handful of colleagues', many(9, (at) => ({ no: at })), []],
    ['numbers upwards', many(10, (at) => ({ no: at })), ['sequential']],
    ['numbers downwards', many(10, (at) => ({ no: 500 - at })), ['sequential']],
    ['every fifth number, as one of five callers in turn', many(10, (at) => ({ no: at * 5 })), ['sequential']],
    ['every eleventh number, which are no neighbours', many(30, (at) => ({ no: at * 11 })), []],
    [
      'numbers upwards between others',
      many(40, (at) => ({ no: at % 2 === 0 ? at : 1_000_000 + far(at) })),
      ['sequential'],
    ],
    [
      'a shuffled range',
      shuffled(1000)
        .slice(0, 60)
        .map((no) => ({ no })),
      ['sequential'],
    ],
    ['twenty lookups, ten of them misses', many(20, (at) => ({ no: far(at), found: at % 2 === 0 })), []],
    ['twenty lookups, eleven of them misses', many(20, (at) => ({ no: far(at), found: at > 10 })), ['misses']],
    ['nineteen misses', many(19, (at) => ({ no: far(at), found: false })), []],
    ['a hundred and fifty different numbers', many(150, (at) => ({ no: far(at) })), []],
    ['three hundred different numbers', many(300, (at) => ({ no: far(at) })), ['breadth']],
    ['one canary', [{ no: 1, canary: true }], ['canary']],
    ['a canary that was not found', [{ no: 1, canary: true, found: false }], ['canary']],
    ['misses over two days', many(30, (at) => ({ no: far(at), found: false, at: at * 96 })), []],
    ['a range at one number in three hours', many(30, (at) => ({ no: at, at: at * 180 })), []],
  ])('%s', (_, lookups, kinds) => {
    expect(observeAll(lookups).kinds).toEqual(kinds);
  });

  test('what is said is what was counted, and holds no number', () => {
    const lookups = many(20, (at) => ({ no: at, found: false }));
    const { state } = observeAll(lookups.slice(0, 19));
    const phone = '+12000000019' as E164;
    const { signs } = observe(
      state,
      {
        at: START,
        target: digests.digest(phone),
        neighbours: digests.neighbours(phone, 10),
        found: false,
        canary: false,
      },
      SETTINGS,
    );
    expect(signs).toEqual([
      { kind: 'sequential', severity: 'high', evidence: { adjacent: 19, of: 20, longestRun: 20 } },
      { kind: 'misses', severity: 'medium', evidence: { misses: 20, reads: 20 } },
    ]);
  });

  test('what has left the window is forgotten', () => {
    const { state } = observeAll(many(20, (at) => ({ no: far(at), found: false })));
    const later = observeAll([{ no: 1, at: 25 * 60 }], state);
    expect(later).toMatchObject({ kinds: [], state: { slices: [{ reads: 1, misses: 0 }], recent: [{ chain: 1 }] } });
  });

  test('a clock that goes back forgets nothing and adds no slice', () => {
    const { state } = observeAll(many(11, (at) => ({ no: far(at), found: false })));
    const back = observeAll(
      many(9, (at) => ({ no: far(50 + at), found: false, at: -600 })),
      state,
    );
    expect(back).toMatchObject({ kinds: ['misses'], state: { slices: [{ reads: 20 }] } });
  });

  test('the state is bounded, whatever is looked up', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -100, max: 500 }), { minLength: 1, maxLength: 80 }), (steps) => {
        let at = 0;
        const { state } = observeAll(steps.map((step, index) => ({ no: far(index), at: (at += step) })));
        expect(state.slices.length).toBeLessThanOrEqual(24);
        expect(state.recent.length).toBeLessThanOrEqual(50);
      }),
      { numRuns: 30, examples: [[[0]]] },
    );
    const long = observeAll(many(2000, (at) => ({ no: at * 3, at: at * 1.4 })));
    expect(JSON.stringify(long.state).length).toBeLessThan(8_000);
    expect(long.state.until).toBeGreaterThan(START + 24 * HOUR);
  });
});

describe('the sketch of different numbers', () => {
  const sketchOf = (from: number, to: number): string => {
    let sketch = '';
    for (let no = from; no < to; no += 1) sketch = addToSketch(sketch, digests.digest(`+49${no}` as E164));
    return sketch;
  };

  test.each([0, 1, 10, 100, 200, 1000, 20_000])(
    '%d are counted to some nine percent, three times that at worst',
    (count) => {
      const estimate = estimateDistinct(sketchOf(0, count));
      expect(Math.abs(estimate - count)).toBeLessThanOrEqual(Math.max(1, count * 0.3));
    },
  );

  test('merged parts are the whole, whatever they share', () => {
    expect(mergeSketches([sketchOf(0, 300), '', sketchOf(200, 500)])).toBe(sketchOf(0, 500));
    expect(mergeSketches([])).toBe('');
  });
});

describe('digests of numbers', () => {
  test('neighbours are the numbers around, of as many digits', () => {
    const phone = '+12025550101' as E164;
    const around = digests.neighbours(phone, 2);
    expect(around).toEqual(
      ['+12025550099', '+12025550100', '+12025550102', '+12025550103'].map((one) => digests.digest(one as E164)),
    );
    expect(digests.neighbours('+99999999' as E164, 1)).toEqual([digests.digest('+99999998' as E164)]);
    expect(digests.neighbours('+999999999999999' as E164, 20)).toHaveLength(20);
  });

  test('another key gives other digests, and a short one is refused', () => {
    const phone = '+12025550101' as E164;
    expect(makePhoneDigests(Buffer.alloc(32, 2)).digest(phone)).not.toBe(digests.digest(phone));
    expect(() => makePhoneDigests(Buffer.alloc(31))).toThrow(RangeError);
  });
});
