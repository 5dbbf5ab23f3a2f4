import fc from 'fast-check';
import { intuneDevice, intuneRow } from '../../../../connectors/intune/schema';

const value = fc.oneof(
  { weight: 6, arbitrary: fc.string({ maxLength: 6 }) },
  { weight: 2, arbitrary: fc.constantFrom(null, undefined) },
  { weight: 1, arbitrary: fc.constantFrom<unknown>(true, 0, 'ABC', [], {}) },
);
const row = fc.dictionary(fc.constantFrom(...Object.keys(intuneDevice.shape)), value, { maxKeys: 8 });

describe('the schema that does not copy', () => {
  it('accepts what the copying one accepts, gives the same values, and refuses with the same field', () => {
    fc.assert(
      fc.property(fc.oneof(row, fc.constantFrom<unknown>(null, 'x', 3, [])), fc.boolean(), (fields, withId) => {
        const input: unknown =
          withId && typeof fields === 'object' && fields !== null ? { id: 'abc', ...fields } : fields;
        const slow = intuneDevice.safeParse(input);
        const fast = intuneRow.safeParse(input);
        expect(fast.success).toBe(slow.success);
        if (slow.success) expect(fast.data).toMatchObject(slow.data);
        expect(fast.error?.issues.map(({ path, message }) => ({ path, message }))).toEqual(
          slow.error?.issues.map(({ path, message }) => ({ path, message })),
        );
      }),
      { numRuns: 500 },
    );
  });

  it('hands on a row that needs no change as it is', () => {
    const input = { id: 'abc', osVersion: '26.1' };
    expect(intuneRow.parse(input)).toBe(input);
    expect(intuneRow.parse({ id: 'ABC' })).toEqual({ id: 'abc' });
  });
});
