/** Suspended, reinstated, revoked: what follows on what, what is signed, and what is answered afterwards. */
import { readReason } from '../../../../core/directory/read-reason';
import { makePhoneKey, openDirectoryFixture } from '../../../support/directory-fixture';
import type { DirectoryFixture } from '../../../support/directory-fixture';

const PHONE = '+12025550123';

let fixture: DirectoryFixture;
let entryId: string;
beforeEach(async () => {
  fixture = await openDirectoryFixture();
  ({ entryId } = (
    await fixture.directory.publish({ phone: PHONE, publicKey: makePhoneKey(), deviceKey: 'jamf:1' })
  ).entry);
});
afterEach(() => fixture.close());

type Change = 'suspend' | 'reinstate' | 'revoke';
const change = (what: Change, reason = `${what} it`, ifMatch: string | null = null) =>
  fixture.directory[what]({ entryId, reason, ifMatch });

const STEPS: readonly (readonly [string, readonly Change[], string | Error, number])[] = [
  ['suspended', ['suspend'], 'suspended', 2],
  ['suspended twice', ['suspend', 'suspend'], 'suspended', 2],
  ['reinstated', ['suspend', 'reinstate'], 'active', 3],
  ['reinstated without need', ['reinstate'], 'active', 1],
  ['revoked', ['revoke'], 'revoked', 2],
  ['revoked twice', ['revoke', 'revoke'], 'revoked', 2],
  ['revoked while suspended', ['suspend', 'revoke'], 'revoked', 3],
  ['suspended again', ['suspend', 'reinstate', 'suspend'], 'suspended', 4],
];

test.each(STEPS)('%s: one revision and one signature for each real change', async (_, steps, status, revision) => {
  for (const step of steps) await change(step);
  const { entry } = await fixture.directory.lookup(PHONE);
  expect(entry).toMatchObject({ status, revision });
  expect(fixture.key.count()).toBe(revision);
  expect(await fixture.directory.history(entryId)).toHaveLength(revision);
});

test.each(['suspend', 'reinstate'] as const)('after a revocation nothing follows: %s is gone', async (what) => {
  await change('revoke');
  await expect(change(what)).rejects.toMatchObject({ problem: 'entry-revoked', status: 410 });
});

test('what was suspended because its signature did not hold is not called good again; it can be revoked', async () => {
  await change('suspend', 'bad-signature');
  await expect(change('reinstate')).rejects.toMatchObject({ problem: 'entry-damaged', status: 409 });
  expect((await fixture.directory.show(entryId)).entry).toMatchObject({ status: 'suspended', revision: 2 });
  await change('revoke');
  expect((await fixture.directory.show(entryId)).entry).toMatchObject({ status: 'revoked', revision: 3 });
});

test('a revoked entry goes on answering, with when and why; its key and times stay', async () => {
  const before = (await fixture.directory.show(entryId)).entry;
  fixture.clock.advance(60_000);
  const { entry, etag, changed } = await change('revoke', 'lost in a taxi');
  expect(entry).toEqual({
    ...before,
    revision: 2,
    status: 'revoked',
    reason: 'lost in a taxi',
    changedAt: '2026-11-25T00:01:00.000Z',
    jws: expect.not.stringMatching(before.jws),
  });
  expect(changed).toBe(true);
  expect(await fixture.directory.lookup(PHONE)).toEqual({ entry, etag, validity: 'valid' });
  expect(await change('revoke', 'again')).toMatchObject({ entry, changed: false });
});

test('If-Match decides before anything else, also where nothing would change', async () => {
  const { etag } = await change('suspend');
  await expect(change('suspend', 'x', '"stale"')).rejects.toMatchObject({ problem: 'precondition-failed' });
  await expect(change('revoke', 'x', `W/${etag}`)).rejects.toMatchObject({ problem: 'precondition-failed' });
  expect(await change('revoke', 'x', etag)).toMatchObject({ entry: { status: 'revoked' } });
});

test.each(['nobody', '', '../..', 'a/b', '#'])('an entry that does not exist is not found: %j', async (id) => {
  const expected = { problem: 'not-found', status: 404 };
  await expect(fixture.directory.revoke({ entryId: id, reason: 'x' })).rejects.toMatchObject(expected);
  await expect(fixture.directory.show(id)).rejects.toMatchObject(expected);
  await expect(fixture.directory.history(id)).rejects.toMatchObject(expected);
});

describe('a reason', () => {
  test.each(['', '  ', 'x'.repeat(201), 'two\nlines', '\ud800', 'superseded'])('is not %j', (text) => {
    expect(() => readReason(text)).toThrow('reason');
  });
  test('is trimmed', () => expect(readReason(' lost ')).toBe('lost'));
});
