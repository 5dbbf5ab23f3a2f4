import fc from 'fast-check';
import { makeMembership } from '../../../simulators/fleet/membership';

type Step =
  | { readonly kind: 'remove'; readonly ordinal: number }
  | { readonly kind: 'append' | 'restore'; readonly count: number };

const steps: fc.Arbitrary<readonly Step[]> = fc.array(
  fc.oneof(
    fc.record({ kind: fc.constant('remove' as const), ordinal: fc.integer({ min: -1, max: 30 }) }),
    fc.record({ kind: fc.constantFrom('append' as const, 'restore' as const), count: fc.integer({ min: 0, max: 4 }) }),
  ),
);

test('it agrees with a plain list, whatever was removed, appended and restored', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 12 }), steps, (initial, script) => {
      const members = makeMembership(initial);
      let present = Array.from({ length: initial }, (_, at) => at + 1);
      let highest = initial;
      const removed: number[] = [];
      for (const step of script) {
        if (step.kind === 'remove') {
          const was = present.includes(step.ordinal);
          expect(members.remove(step.ordinal)).toBe(was);
          if (was) removed.push(step.ordinal);
          present = present.filter((ordinal) => ordinal !== step.ordinal);
        } else if (step.kind === 'append') {
          const added = Array.from({ length: step.count }, (_, at) => highest + 1 + at);
          highest += step.count;
          expect(members.append(step.count)).toEqual(added);
          present.push(...added);
        } else {
          const back = removed.splice(Math.max(0, removed.length - step.count)).reverse();
          expect(members.restore(step.count)).toEqual(back);
          present = [...present, ...back].sort((a, b) => a - b);
        }
      }
      expect(members.size).toBe(present.length);
      expect(members.removed).toEqual(removed);
      expect(present.map((_, position) => members.at(position))).toEqual(present);
      expect([members.at(-1), members.at(present.length)]).toEqual([null, null]);
      for (let ordinal = -1; ordinal <= highest + 1; ordinal += 1) {
        expect(members.has(ordinal)).toBe(present.includes(ordinal));
        expect(members.countUpTo(ordinal)).toBe(present.filter((one) => one <= ordinal).length);
      }
      members.reset();
      expect([members.size, members.highest]).toEqual([initial, initial]);
    }),
  );
});
