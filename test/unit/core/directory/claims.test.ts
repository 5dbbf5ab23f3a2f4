/** A number that changes hands: never silently, and not before its holder had time to object. */
import { makePhoneKey, openDirectoryFixture } from '../../../support/directory-fixture';
import type { DirectoryFixture } from '../../../support/directory-fixture';

const PHONE = '+12025550123';
const DAY = 86_400_000;

let fixture: DirectoryFixture;
beforeEach(async () => {
  fixture = await openDirectoryFixture();
});
afterEach(() => fixture.close());

const publish = (deviceKey: string, publicKey = makePhoneKey()) =>
  fixture.directory.publish({ phone: PHONE, publicKey, deviceKey });
const claimed = { problem: 'number-claimed', status: 409 };
const open = async () => (await fixture.directory.claims(PHONE)).at(-1)!;

test('a live key keeps its number: another device gets a claim that says when, and the holder is noted', async () => {
  const { entry } = await publish('jamf:1');
  await expect(publish('intune:2')).rejects.toMatchObject({ ...claimed, opensAt: '2026-12-02T00:00:00.000Z' });
  expect(await fixture.directory.claims(PHONE)).toEqual([
    {
      claimId: expect.any(String),
      phone: PHONE,
      state: 'waiting',
      claimant: { deviceKey: 'intune:2', person: null },
      holder: { entryId: entry.entryId, deviceKey: 'jamf:1' },
      claimedAt: '2026-11-25T00:00:00.000Z',
      opensAt: '2026-12-02T00:00:00.000Z',
      expiresAt: '2026-12-16T00:00:00.000Z',
      changedAt: '2026-11-25T00:00:00.000Z',
      reason: null,
    },
  ]);
  expect((await fixture.directory.lookup(PHONE)).entry).toEqual(entry);
  expect(fixture.key.count()).toBe(1);
});

test('asking again makes no second claim and no shorter wait', async () => {
  await publish('jamf:1');
  await expect(publish('intune:2')).rejects.toMatchObject(claimed);
  fixture.clock.advance(3 * DAY);
  await expect(publish('intune:2')).rejects.toMatchObject({ ...claimed, opensAt: '2026-12-02T00:00:00.000Z' });
  expect(await fixture.directory.claims(PHONE)).toHaveLength(1);
});

test('a second claimant waits for the first one to end', async () => {
  await publish('jamf:1');
  await expect(publish('intune:2')).rejects.toMatchObject(claimed);
  await expect(publish('intune:3')).rejects.toMatchObject({ ...claimed, claimId: null, opensAt: null });
});

test('after the wait the claimant publishes: the former entry is revoked, with a reason, and both are signed once', async () => {
  const first = await publish('jamf:1');
  await expect(publish('intune:2')).rejects.toMatchObject(claimed);
  fixture.clock.advance(7 * DAY);
  const { outcome, entry } = await publish('intune:2');
  expect({ outcome, entry }).toMatchObject({
    outcome: 'created',
    entry: { revision: 1, device: { deviceKey: 'intune:2' } },
  });
  expect((await fixture.directory.lookup(PHONE)).entry).toEqual(entry);
  expect((await fixture.directory.show(first.entry.entryId)).entry).toMatchObject({
    status: 'revoked',
    reason: 'superseded',
    revision: 2,
  });
  expect(await open()).toMatchObject({ state: 'completed', changedAt: '2026-12-02T00:00:00.000Z' });
  expect(fixture.key.count()).toBe(3);
  await expect(publish('jamf:1')).rejects.toMatchObject(claimed);
});

test('the holder may go on publishing while it is claimed', async () => {
  await publish('jamf:1');
  await expect(publish('intune:2')).rejects.toMatchObject(claimed);
  expect(await publish('jamf:1')).toMatchObject({ outcome: 'rotated' });
  expect(await open()).toMatchObject({ state: 'waiting' });
});

test('a confirmed claim may be used at once', async () => {
  await publish('jamf:1');
  await expect(publish('intune:2')).rejects.toMatchObject(claimed);
  const { claimId } = await open();
  expect(await fixture.directory.confirmClaim({ phone: PHONE, claimId })).toMatchObject({ state: 'confirmed' });
  expect(await publish('intune:2')).toMatchObject({ outcome: 'created' });
  expect(await open()).toMatchObject({ state: 'completed' });
});

test('a cancelled claim is no claim: the next try waits from the beginning', async () => {
  await publish('jamf:1');
  await expect(publish('intune:2')).rejects.toMatchObject(claimed);
  const { claimId } = await open();
  fixture.clock.advance(6 * DAY);
  const reason = 'the number is still in use';
  expect(await fixture.directory.cancelClaim({ phone: PHONE, claimId, reason })).toMatchObject({
    state: 'cancelled',
    reason,
  });
  for (const change of [
    fixture.directory.cancelClaim({ phone: PHONE, claimId, reason }),
    fixture.directory.confirmClaim({ phone: PHONE, claimId }),
    fixture.directory.confirmClaim({ phone: '+12025550199', claimId }),
  ]) {
    await expect(change).rejects.toMatchObject({ problem: 'not-found' });
  }
  fixture.clock.advance(DAY);
  await expect(publish('intune:2')).rejects.toMatchObject({ ...claimed, opensAt: '2026-12-09T00:00:00.000Z' });
});

test('a claim that nobody used runs out, and is not taken up years later', async () => {
  await publish('jamf:1');
  await expect(publish('intune:2')).rejects.toMatchObject(claimed);
  fixture.clock.advance(21 * DAY);
  await expect(publish('intune:2')).rejects.toMatchObject({ ...claimed, opensAt: '2026-12-23T00:00:00.000Z' });
  expect((await fixture.directory.claims(PHONE)).map(({ state, reason }) => [state, reason])).toEqual([
    ['cancelled', 'expired'],
    ['waiting', null],
  ]);
});

test('a revoked key holds nothing: its number is free, for the claimant before all others', async () => {
  const { entry } = await publish('jamf:1');
  await expect(publish('intune:2')).rejects.toMatchObject(claimed);
  await fixture.directory.revoke({ entryId: entry.entryId, reason: 'left' });
  await expect(publish('intune:3')).rejects.toMatchObject(claimed);
  await expect(publish('jamf:1')).rejects.toMatchObject(claimed);
  expect(await publish('intune:2')).toMatchObject({ outcome: 'created' });
});

test('a suspended key holds its number, an expired one does not', async () => {
  const { entry } = await publish('jamf:1');
  await fixture.directory.suspend({ entryId: entry.entryId, reason: 'lost' });
  await expect(publish('intune:2')).rejects.toMatchObject(claimed);
  const other = {
    phone: '+12025550124',
    publicKey: makePhoneKey(),
    deviceKey: 'jamf:1',
    notAfter: '2026-11-26T00:00:00Z',
  };
  const expiring = await fixture.directory.publish(other);
  fixture.clock.advance(DAY);
  expect(
    await fixture.directory.publish({ ...other, deviceKey: 'intune:2', publicKey: makePhoneKey(), notAfter: null }),
  ).toMatchObject({ outcome: 'created' });
  expect((await fixture.directory.show(expiring.entry.entryId)).entry).toMatchObject({
    status: 'revoked',
    reason: 'superseded-expired',
  });
});

test('the same device in other hands is another holder; an address in other letters is not', async () => {
  const held = (person: string | null) => fixture.devices.set('jamf:1', { enrolledAt: null, person });
  held('anna@example.com');
  await publish('jamf:1');
  held('Anna@Example.com ');
  expect(await publish('jamf:1')).toMatchObject({ outcome: 'rotated' });
  held(null);
  expect(await publish('jamf:1')).toMatchObject({ outcome: 'rotated' });
  held('ben@example.com');
  await expect(publish('jamf:1')).rejects.toMatchObject(claimed);
  expect(JSON.stringify(await fixture.directory.claims(PHONE))).not.toContain('example.com');
});

test('the days of waiting are a setting', async () => {
  const directory = fixture.another({ settings: { claimWaitingDays: 1 } });
  const request = { phone: PHONE, publicKey: makePhoneKey() };
  await directory.publish({ ...request, deviceKey: 'jamf:1' });
  await expect(directory.publish({ ...request, deviceKey: 'jamf:2' })).rejects.toMatchObject({
    opensAt: '2026-11-26T00:00:00.000Z',
  });
});

test('a key that moves with its number to another enrolment is not taken for a revoked one', async () => {
  const publicKey = makePhoneKey();
  await publish('intune:1', publicKey);
  await expect(publish('intune:2', publicKey)).rejects.toMatchObject(claimed);
  fixture.clock.advance(7 * DAY);
  expect(await publish('intune:2', publicKey)).toMatchObject({ outcome: 'created', findings: [] });
});

test('a claim with a key that was revoked for the number is refused before the live entry loses anything', async () => {
  const publicKey = makePhoneKey();
  const { entry } = await publish('jamf:1', publicKey);
  await fixture.directory.revoke({ entryId: entry.entryId, reason: 'stolen' });
  const next = await publish('jamf:2');
  await expect(publish('jamf:1', publicKey)).rejects.toMatchObject({ problem: 'key-revoked' });
  await expect(publish('jamf:1')).rejects.toMatchObject(claimed);
  fixture.clock.advance(7 * DAY);
  await expect(publish('jamf:1', publicKey)).rejects.toMatchObject({ problem: 'key-revoked' });
  expect((await fixture.directory.lookup(PHONE)).entry).toEqual(next.entry);
});
