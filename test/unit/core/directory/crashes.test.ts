/** A process that dies at any write of any change: what is answered meanwhile, and that the next try heals it. */
import type { Directory } from '../../../../core/directory/directory';
import type { Entry } from '../../../../core/directory/entry';
import { LOCK_MS } from '../../../../core/directory/write-revision';
import { verifyWholeEntry } from '../../../../core/directory/verify-entry';
import { cutStore, ProcessDied } from '../../../support/cut-store';
import type { Cut } from '../../../support/cut-store';
import { makePhoneKey, openDirectoryFixture } from '../../../support/directory-fixture';
import type { DirectoryFixture } from '../../../support/directory-fixture';

const PHONE = '+12025550123';
const DAY = 86_400_000;

let fixture: DirectoryFixture;
beforeEach(async () => {
  fixture = await openDirectoryFixture();
});
afterEach(() => fixture.close());

const request = (deviceKey: string, publicKey = makePhoneKey()) => ({ phone: PHONE, deviceKey, publicKey });

async function lookup(): Promise<Entry | null> {
  try {
    return (await fixture.directory.lookup(PHONE)).entry;
  } catch (error) {
    expect(error).toMatchObject({ problem: 'not-found' });
    return null;
  }
}

/** Every entry of the store is signed, its history is gapless, and at most one is live. */
async function expectSound(): Promise<readonly Entry[]> {
  const { entries } = await fixture.directory.list({ limit: 1000 });
  for (const entry of entries) {
    expect(verifyWholeEntry(entry, fixture.keyByKid).verdict).toBe('valid');
    expect((await fixture.directory.history(entry.entryId)).at(-1)).toEqual(entry);
  }
  expect(entries.filter(({ status }) => status !== 'revoked').length).toBeLessThanOrEqual(1);
  return entries;
}

const cuts = (writes: number): Cut[] =>
  Array.from({ length: writes }, (_, write) => [
    { write, when: 'before' } as const,
    { write, when: 'after' } as const,
  ]).flat();

async function die(cut: Cut, work: (directory: Directory) => Promise<unknown>): Promise<void> {
  await expect(work(fixture.another({ store: cutStore(fixture.store, cut) }))).rejects.toBeInstanceOf(ProcessDied);
}

describe('publishing for a fresh number: five writes', () => {
  test.each(cuts(5))('cut $when write $write: published or not there; the same device heals it', async (cut) => {
    const wanted = request('jamf:1');
    await die(cut, (directory) => directory.publish(wanted));
    const isDone = cut.write === 4 && cut.when === 'after';
    expect((await lookup()) !== null).toBe(isDone);
    await expectSound();
    // A lock may have been left; it runs out.
    fixture.clock.advance(LOCK_MS);
    const { outcome, entry } = await fixture.directory.publish(wanted);
    expect(outcome).toBe(isDone ? 'unchanged' : 'created');
    expect(entry).toMatchObject({ revision: 1, status: 'active' });
    expect(await lookup()).toEqual(entry);
    expect(await expectSound()).toHaveLength(1);
  });

  test.each(cuts(5))(
    'cut $when write $write: another device takes the number over, unless it was published',
    async (cut) => {
      await die(cut, (directory) => directory.publish(request('jamf:1')));
      fixture.clock.advance(LOCK_MS);
      const taken = fixture.directory.publish(request('intune:2'));
      if (cut.write === 4 && cut.when === 'after')
        await expect(taken).rejects.toMatchObject({ problem: 'number-claimed' });
      else expect(await lookup().then(() => taken)).toMatchObject({ outcome: 'created' });
      expect(await lookup()).toEqual((await expectSound()).find(({ status }) => status === 'active'));
      expect(await expectSound()).toHaveLength(1);
    },
  );

  test('while the writer may be alive, another device is told to come back, and takes nothing', async () => {
    await die({ write: 3, when: 'after' }, (directory) => directory.publish(request('jamf:1')));
    await expect(fixture.directory.publish(request('intune:2'))).rejects.toMatchObject({
      problem: 'entry-busy',
      retryAt: fixture.clock.now() + LOCK_MS,
    });
  });

  test('a writer that was only slow finds its row barred, and does not publish past the number', async () => {
    const slow = request('jamf:1');
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const { key } = fixture;
    let signing = (): void => undefined;
    const began = new Promise<void>((resolve) => (signing = resolve));
    const sign = async (digest: Buffer): Promise<Buffer> => {
      signing();
      await held;
      return key.sign(digest);
    };
    const publication = fixture.another({ kms: { signingKey: async () => ({ ...key, sign }) } }).publish(slow);
    await began;
    fixture.clock.advance(LOCK_MS);
    const { entry } = await fixture.directory.publish(request('intune:2'));
    release();
    await expect(publication).rejects.toMatchObject({ problem: 'number-claimed' });
    expect(await lookup()).toEqual(entry);
    expect(await expectSound()).toEqual([entry]);
  });

  test('a takeover that dies after barring the row is taken up by the next', async () => {
    await die({ write: 1, when: 'after' }, (directory) => directory.publish(request('jamf:1')));
    fixture.clock.advance(LOCK_MS);
    await die({ write: 0, when: 'after' }, (directory) => directory.publish(request('intune:2')));
    expect(await fixture.directory.publish(request('jamf:1'))).toMatchObject({ outcome: 'created' });
    await expectSound();
  });
});

describe('a rotation: three writes, and a change of status: two', () => {
  test.each(cuts(3))('rotation cut $when write $write: the former or the next revision, never neither', async (cut) => {
    const first = await fixture.directory.publish(request('jamf:1'));
    const wanted = request('jamf:1');
    await die(cut, (directory) => directory.publish(wanted));
    const isDone = cut.write === 2 && cut.when === 'after';
    expect(await lookup()).toMatchObject({ revision: isDone ? 2 : 1 });
    fixture.clock.advance(LOCK_MS);
    expect(await fixture.directory.publish(wanted)).toMatchObject({
      outcome: isDone ? 'unchanged' : 'rotated',
      entry: { revision: 2, entryId: first.entry.entryId },
    });
    await expectSound();
  });

  test.each(cuts(2))('revocation cut $when write $write: the next try revokes, once', async (cut) => {
    const { entry } = await fixture.directory.publish(request('jamf:1'));
    const revocation = { entryId: entry.entryId, reason: 'lost' };
    await die(cut, (directory) => directory.revoke(revocation));
    const isDone = cut.write === 1 && cut.when === 'after';
    expect(await lookup()).toMatchObject({ status: isDone ? 'revoked' : 'active' });
    fixture.clock.advance(LOCK_MS);
    expect(await fixture.directory.revoke(revocation)).toMatchObject({
      changed: !isDone,
      entry: { status: 'revoked', revision: 2 },
    });
    await expectSound();
  });
});

describe('a number that changes hands: two writes for the former entry, five for the next', () => {
  test.each(cuts(7))('cut $when write $write: the number always answers, and the claimant finishes', async (cut) => {
    const first = await fixture.directory.publish(request('jamf:1'));
    const wanted = request('intune:2');
    await expect(fixture.directory.publish(wanted)).rejects.toMatchObject({ problem: 'number-claimed' });
    fixture.clock.advance(7 * DAY);
    await die(cut, (directory) => directory.publish(wanted));
    // Never "not found": the former entry has the last word until the next is published.
    const between = await lookup();
    expect(between).not.toBeNull();
    await expectSound();
    fixture.clock.advance(LOCK_MS);
    // Who waited for days is not overtaken by a third.
    await expect(fixture.directory.publish(request('jamf:3'))).rejects.toMatchObject({
      problem: expect.stringMatching(/number-claimed|entry-busy/),
    });
    const { entry } = await fixture.directory.publish(wanted);
    expect(await lookup()).toEqual(entry);
    expect((await fixture.directory.show(first.entry.entryId)).entry).toMatchObject({ status: 'revoked', revision: 2 });
    expect((await fixture.directory.claims(PHONE)).filter(({ state }) => state === 'completed')).toHaveLength(1);
    expect(await expectSound()).toHaveLength(2);
  });
});
