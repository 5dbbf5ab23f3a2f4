/** Many writers of one number, in many processes, on one store: no write is lost, and none is signed twice. */
import fc from 'fast-check';
import { fingerprintOf } from '../../../../core/directory/public-key';
import { makePhoneKey, openDirectoryFixture } from '../../../support/directory-fixture';
import type { DirectoryFixture } from '../../../support/directory-fixture';

const PHONE = '+12025550123';
const WRITERS = 20;
/** Long enough for every other writer to come across the lock. */
const SIGNING_MS = 2;

let fixture: DirectoryFixture;
beforeEach(async () => {
  fixture = await openDirectoryFixture({}, SIGNING_MS);
});
afterEach(() => fixture.close());

const keys = (count: number): string[] => Array.from({ length: count }, makePhoneKey);

test.each(['of a published number', 'of a fresh number'])(
  '20 rotations %s at once are 20 revisions, one signature each',
  async (which) => {
    const before = which === 'of a fresh number' ? 0 : 1;
    if (before === 1) await fixture.directory.publish({ phone: PHONE, publicKey: makePhoneKey(), deviceKey: 'jamf:1' });
    const published = keys(WRITERS);
    const answers = await Promise.all(
      published.map((publicKey) => fixture.another().publish({ phone: PHONE, publicKey, deviceKey: 'jamf:1' })),
    );
    const { entryId } = answers[0]!.entry;
    const history = await fixture.directory.history(entryId);
    expect(history.map(({ revision }) => revision)).toEqual(
      Array.from({ length: WRITERS + before }, (_, index) => index + 1),
    );
    expect(
      history
        .slice(before)
        .map(({ publicKey }) => publicKey)
        .sort(),
    ).toEqual([...published].sort());
    expect(answers.map(({ entry }) => history[entry.revision - 1])).toEqual(answers.map(({ entry }) => entry));
    expect(fixture.key.count()).toBe(WRITERS + before);
  },
);

test('20 publications of one key at once are one revision and one signature', async () => {
  const request = { phone: PHONE, publicKey: makePhoneKey(), deviceKey: 'jamf:1' };
  const answers = await Promise.all(Array.from({ length: WRITERS }, () => fixture.another().publish(request)));
  expect(answers.filter(({ outcome }) => outcome === 'created')).toHaveLength(1);
  expect(new Set(answers.map(({ entry }) => entry.jws)).size).toBe(1);
  expect(fixture.key.count()).toBe(1);
});

test('20 devices after one fresh number: one has it, one may claim it, and nothing else is live', async () => {
  const outcomes = await Promise.allSettled(
    keys(WRITERS).map((publicKey, index) =>
      fixture.another().publish({ phone: PHONE, publicKey, deviceKey: `jamf:${index}` }),
    ),
  );
  const refused = outcomes.filter(({ status }) => status === 'rejected');
  expect(refused).toHaveLength(WRITERS - 1);
  for (const each of refused) expect(each).toMatchObject({ reason: { problem: 'number-claimed' } });
  expect((await fixture.directory.list()).entries).toHaveLength(1);
  expect((await fixture.directory.claims(PHONE)).filter(({ state }) => state === 'waiting')).toHaveLength(1);
  expect(fixture.key.count()).toBe(1);
});

test('20 writers with the same If-Match: one is first, the others are told', async () => {
  const { etag } = await fixture.directory.publish({ phone: PHONE, publicKey: makePhoneKey(), deviceKey: 'jamf:1' });
  const outcomes = await Promise.allSettled(
    keys(WRITERS).map((publicKey) => fixture.another().publish({ phone: PHONE, publicKey, deviceKey: 'jamf:1' }, etag)),
  );
  expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  for (const each of outcomes) {
    if (each.status === 'rejected') expect(each).toMatchObject({ reason: { problem: 'precondition-failed' } });
  }
  expect(fixture.key.count()).toBe(2);
});

test('rotations and changes of status in any mixture keep one gapless history, and what is revoked stays so', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('rotate', 'suspend', 'reinstate', 'revoke'), { maxLength: 12 }),
      async (work) => {
        const own = await openDirectoryFixture({}, SIGNING_MS);
        try {
          const request = { phone: PHONE, publicKey: makePhoneKey(), deviceKey: 'jamf:1' };
          const { entry } = await own.directory.publish(request);
          const status = { entryId: entry.entryId, reason: 'r' };
          await Promise.allSettled(
            work.map((what) =>
              what === 'rotate'
                ? own.another().publish({ ...request, publicKey: makePhoneKey() })
                : own.another()[what as 'suspend'](status),
            ),
          );
          const { entries } = await own.directory.list();
          let revisions = 0;
          for (const each of entries) {
            const history = await own.directory.history(each.entryId);
            revisions += history.length;
            const end = history.findIndex((one) => one.status === 'revoked');
            expect(end === -1 || end === history.length - 1).toBe(true);
            expect(
              history.every((one) => one.fingerprint === fingerprintOf(Buffer.from(one.publicKey, 'base64'))),
            ).toBe(true);
          }
          expect(own.key.count()).toBe(revisions);
          expect(entries.filter((each) => each.status !== 'revoked').length).toBeLessThanOrEqual(1);
        } finally {
          own.close();
        }
      },
    ),
    { numRuns: 15 },
  );
});
