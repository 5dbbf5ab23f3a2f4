/** Any sequence of operations against a model of a few lines: the directory says what the model says, at every step. */
import fc from 'fast-check';
import type { EntryStatus } from '../../../../core/directory/entry';
import { DirectoryError } from '../../../../core/directory/errors';
import { verifyWholeEntry } from '../../../../core/directory/verify-entry';
import { makePhoneKey, openDirectoryFixture } from '../../../support/directory-fixture';
import type { DirectoryFixture } from '../../../support/directory-fixture';

const PHONES = ['+12025550101', '+12025550102'];
const DEVICES = ['jamf:1', 'intune:2'];
const KEYS = Array.from({ length: 4 }, makePhoneKey);
const DAY = 86_400_000;

type Operation =
  | { readonly kind: 'publish'; readonly phone: number; readonly device: number; readonly key: number }
  | { readonly kind: 'suspend' | 'reinstate' | 'revoke'; readonly phone: number }
  | { readonly kind: 'wait'; readonly days: number };

const operation: fc.Arbitrary<Operation> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant('publish' as const),
      phone: fc.nat(1),
      device: fc.nat(1),
      key: fc.nat(3),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constantFrom('suspend' as const, 'reinstate' as const, 'revoke' as const),
      phone: fc.nat(1),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('wait' as const), days: fc.constantFrom(1, 7, 30) }) },
);

interface ModelEntry {
  status: EntryStatus;
  device: number;
  key: number;
  revisions: number;
}

/** A number as the rules have it: its entries, the last of which counts, and at most one claim. */
interface ModelNumber {
  readonly entries: ModelEntry[];
  readonly revokedKeys: Set<number>;
  claim: { readonly device: number; readonly at: number } | null;
}

class Model {
  day = 0;
  signatures = 0;
  readonly numbers: readonly ModelNumber[] = PHONES.map(() => ({ entries: [], revokedKeys: new Set(), claim: null }));
  /** Every key that ever stood in an entry. */
  private readonly held = new Map<ModelEntry, Set<number>>();

  apply(step: Operation): string {
    if (step.kind === 'wait') {
      this.day += step.days;
      return 'ok';
    }
    const number = this.numbers[step.phone]!;
    const entry = number.entries.at(-1);
    if (step.kind === 'publish') return this.publish(number, entry, step.device, step.key);
    if (entry === undefined) return 'not-found';
    const status = ({ suspend: 'suspended', reinstate: 'active', revoke: 'revoked' } as const)[step.kind];
    if (entry.status === status) return 'ok';
    if (entry.status === 'revoked') return 'entry-revoked';
    this.change(number, entry, status);
    return 'ok';
  }

  private change(number: ModelNumber, entry: ModelEntry, status: EntryStatus): void {
    entry.status = status;
    this.sign(entry);
    if (status === 'revoked') for (const key of this.held.get(entry) ?? []) number.revokedKeys.add(key);
  }

  private sign(entry: ModelEntry): void {
    entry.revisions += 1;
    this.signatures += 1;
  }

  private publish(number: ModelNumber, entry: ModelEntry | undefined, device: number, key: number): string {
    if (entry !== undefined && entry.status !== 'revoked' && entry.device === device) {
      if (entry.key === key) return 'ok';
      if (entry.status === 'suspended') return 'entry-suspended';
      if (number.revokedKeys.has(key)) return 'key-revoked';
      entry.key = key;
      this.held.get(entry)?.add(key);
      this.sign(entry);
      return 'ok';
    }
    if (number.revokedKeys.has(key)) return 'key-revoked';
    const claim = number.claim !== null && this.day < number.claim.at + 21 ? number.claim : null;
    if (claim !== null && claim.device !== device) return 'number-claimed';
    if (entry !== undefined && entry.status !== 'revoked') {
      if (claim === null) number.claim = { device, at: this.day };
      if (claim === null || this.day < claim.at + 7) return 'number-claimed';
      // Superseded: nothing is said against its keys.
      entry.status = 'revoked';
      this.sign(entry);
    }
    const next: ModelEntry = { status: 'active', device, key, revisions: 0 };
    this.held.set(next, new Set([key]));
    number.entries.push(next);
    number.claim = null;
    this.sign(next);
    return 'ok';
  }
}

async function apply({ directory, clock }: DirectoryFixture, step: Operation): Promise<string> {
  if (step.kind === 'wait') {
    clock.advance(step.days * DAY);
    return 'ok';
  }
  const phone = PHONES[step.phone]!;
  try {
    if (step.kind === 'publish') {
      await directory.publish({ phone, deviceKey: DEVICES[step.device]!, publicKey: KEYS[step.key]! });
    } else {
      await directory[step.kind]({ entryId: (await directory.lookup(phone)).entry.entryId, reason: 'because' });
    }
    return 'ok';
  } catch (error) {
    if (error instanceof DirectoryError) return error.problem;
    throw error;
  }
}

/** The whole state: every entry with its history against the model. */
async function compare(fixture: DirectoryFixture, model: Model): Promise<void> {
  const { entries } = await fixture.directory.list();
  for (const [at, number] of model.numbers.entries()) {
    const stored = entries
      .filter(({ phone }) => phone === PHONES[at])
      .sort((one, other) => (one.entryId < other.entryId ? -1 : 1));
    expect(
      stored.map(({ status, device, publicKey, revision }) => ({
        status,
        device: device.deviceKey,
        publicKey,
        revision,
      })),
    ).toEqual(
      number.entries.map((each) => ({
        status: each.status,
        device: DEVICES[each.device],
        publicKey: KEYS[each.key],
        revision: each.revisions,
      })),
    );
    for (const entry of stored) {
      const history = await fixture.directory.history(entry.entryId);
      expect(history.map(({ revision }) => revision)).toEqual(history.map((_, index) => index + 1));
      expect(history.at(-1)).toEqual(entry);
      for (const each of history) expect(verifyWholeEntry(each, fixture.keyByKid).verdict).toBe('valid');
    }
    const last = stored.at(-1);
    if (last !== undefined) expect((await fixture.directory.lookup(PHONES[at]!)).entry).toEqual(last);
  }
  expect(fixture.key.count()).toBe(model.signatures);
}

test('the directory is what the model is after every operation, with one signature for each revision', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 25 }), async (steps) => {
      const fixture = await openDirectoryFixture();
      const model = new Model();
      try {
        for (const step of steps) expect(await apply(fixture, step)).toBe(model.apply(step));
        await compare(fixture, model);
      } finally {
        fixture.close();
      }
    }),
    { numRuns: 60 },
  );
});
