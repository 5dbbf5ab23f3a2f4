import fc from 'fast-check';
import { makeReadinessTally } from '../../../../core/readiness/fleet-readiness';
import type { CountedPhone } from '../../../../core/readiness/fleet-readiness';
import { LADDER } from '../../../../core/readiness/ladder';

const phone = (fields: Partial<CountedPhone>): CountedPhone => ({
  standing: 'ready',
  firstUnknown: null,
  reporting: true,
  cannotUpdate: false,
  ...fields,
});

describe('the readiness of a fleet', () => {
  it('names every rung, also for no phones at all', () => {
    const { total, byRung, unknownByRung } = makeReadinessTally().result();
    expect(total).toBe(0);
    expect(Object.keys(byRung)).toEqual([...LADDER, 'undetermined']);
    expect(Object.keys(unknownByRung)).toEqual([...LADDER]);
    expect(Object.values(byRung).every((count) => count === 0)).toBe(true);
  });

  it('counts phones where they stand, undetermined ones by what could not be seen first', () => {
    const tally = makeReadinessTally();
    tally.add(phone({}));
    tally.add(phone({ standing: 'os', firstUnknown: 'app', cannotUpdate: true }));
    tally.add(phone({ standing: 'undetermined', firstUnknown: 'carrier' }));
    tally.add(phone({ standing: 'reporting', reporting: false }));
    tally.add(phone({ standing: null }));
    const { total, reporting, byRung, unknownByRung, cannotUpdate } = tally.result();
    expect({ total, reporting, cannotUpdate }).toEqual({ total: 4, reporting: 3, cannotUpdate: 1 });
    expect(byRung).toMatchObject({ ready: 1, os: 1, undetermined: 1, reporting: 1 });
    // The phone that fails on `os` is not undetermined, whatever else is unknown of it.
    expect(unknownByRung).toMatchObject({ carrier: 1, app: 0 });
  });

  it('gives a result that later phones do not change', () => {
    const tally = makeReadinessTally();
    const before = tally.result();
    tally.add(phone({}));
    expect(before.byRung.ready).toBe(0);
  });

  it('adds up: the sum over the rungs is the total, the sum over the unknown is the undetermined', () => {
    const phones = fc.array(
      fc
        .constantFrom(null, ...LADDER, 'undetermined' as const)
        .map((standing) => phone({ standing, firstUnknown: standing === 'undetermined' ? 'app' : null })),
    );
    fc.assert(
      fc.property(phones, (all) => {
        const tally = makeReadinessTally();
        for (const each of all) tally.add(each);
        const { total, byRung, unknownByRung } = tally.result();
        const sum = (counts: Readonly<Record<string, number>>): number =>
          Object.values(counts).reduce((one, other) => one + other, 0);
        expect(sum(byRung)).toBe(total);
        expect(total).toBe(all.filter(({ standing }) => standing !== null).length);
        expect(sum(unknownByRung)).toBe(byRung.undetermined);
      }),
    );
  });
});
