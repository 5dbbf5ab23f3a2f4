import fc from 'fast-check';
import { makeFleet } from '../../../../simulators/fleet/make-fleet';
import { makeMatchingOrdinals, positionAfter } from '../../../../simulators/fleet/matching-ordinals';

const fleetOf = (size: number) => makeFleet({ mdm: 'intune', size, seed: 7, now: Date.parse('2026-11-25T08:00:00Z') });
const isOdd = (ordinal: number): boolean => ordinal % 2 === 1;

describe('matching ordinals', () => {
  it.each([
    ['an empty fleet', 0],
    ['one device', 1],
    ['more than one slice', 10_001],
  ])('are those that pass, ascending: %s', async (_reason, size) => {
    const expected = Array.from({ length: size }, (_, n) => n + 1).filter(isOdd);
    expect([...(await makeMatchingOrdinals(fleetOf(size)).of('odd', isOdd))]).toEqual(expected);
  });

  it('are remembered until the fleet changes', async () => {
    const fleet = fleetOf(20);
    const matching = makeMatchingOrdinals(fleet);
    const first = await matching.of('odd', isOdd);
    expect(await matching.of('odd', isOdd)).toBe(first);
    fleet.remove([1]);
    expect([...(await matching.of('odd', isOdd))]).toEqual([...first].slice(1));
  });

  it('are scanned once for those who ask at the same time', async () => {
    let tests = 0;
    const matching = makeMatchingOrdinals(fleetOf(9000));
    const count = (): boolean => ++tests > 0;
    await Promise.all([matching.of('all', count), matching.of('all', count)]);
    expect(tests).toBe(9000);
  });

  it('have a position behind any ordinal, there or not', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 60 })), fc.integer({ min: 0, max: 70 }), (some, ordinal) => {
        const sorted = Uint32Array.from(some).sort();
        expect(positionAfter(sorted, ordinal)).toBe(some.filter((one) => one <= ordinal).length);
      }),
    );
  });
});
