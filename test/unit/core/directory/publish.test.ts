/** Publishing: the first key, another one, the same one, and what is refused; how many signatures and reads each costs. */
import { DirectoryError } from '../../../../core/directory/errors';
import { entryTag } from '../../../../core/directory/entry-tag';
import { verifyWholeEntry } from '../../../../core/directory/verify-entry';
import { countReads } from '../../../support/counting-store';
import { makePhoneKey, openDirectoryFixture } from '../../../support/directory-fixture';
import type { DirectoryFixture } from '../../../support/directory-fixture';
import { generateKeyPairSync } from 'node:crypto';
import type { IsoTime } from '../../../../core/device/managed-device';

const PHONE = '+12025550123';
const OTHER_PHONE = '+12025550124';
const DEVICE = 'jamf:123';
const DAY = 86_400_000;

let fixture: DirectoryFixture;
beforeEach(async () => {
  fixture = await openDirectoryFixture();
});
afterEach(() => fixture.close());

const publish = (publicKey: string, changes: object = {}, ifMatch: string | null = null) =>
  fixture.directory.publish({ phone: PHONE, publicKey, deviceKey: DEVICE, ...changes }, ifMatch);

async function refusal(work: Promise<unknown>): Promise<DirectoryError> {
  const error = await work.then(
    () => new Error('nothing was refused'),
    (reason: unknown) => reason,
  );
  if (!(error instanceof DirectoryError)) throw error as Error;
  expect(error.message).not.toContain(PHONE.slice(3));
  expect(JSON.stringify(error)).not.toContain(PHONE.slice(3));
  return error;
}

describe('the first key of a number', () => {
  test('is the first revision of an entry with every member of the contract', async () => {
    const publicKey = makePhoneKey();
    const { outcome, entry, findings, etag, validity } = await publish(publicKey, { keySource: 'companion-app' });
    expect({ outcome, findings, validity }).toEqual({ outcome: 'created', findings: [], validity: 'valid' });
    expect(entry).toEqual({
      entryId: expect.stringMatching(/^[0-9a-z]+$/),
      revision: 1,
      phone: PHONE,
      status: 'active',
      keyType: 'P-256',
      publicKey,
      fingerprint: expect.stringMatching(/^[A-Za-z0-9+/]{43}=$/),
      device: { deviceKey: DEVICE, enrolledAt: '2026-01-01T00:00:00.000Z' },
      keySource: 'companion-app',
      notBefore: '2026-11-25T00:00:00.000Z',
      notAfter: null,
      reason: null,
      changedAt: '2026-11-25T00:00:00.000Z',
      kid: 'directory/0001',
      jws: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]{86}$/),
    });
    expect(verifyWholeEntry(entry, fixture.keyByKid).verdict).toBe('valid');
    expect(etag).toBe(entryTag(entry));
    expect(fixture.key.count()).toBe(1);
  });

  test('takes the number in any spelling of E.164', async () => {
    const { entry } = await publish(makePhoneKey(), { phone: ' tel:+1 (202) 555-0123 ' });
    expect(entry.phone).toBe(PHONE);
    expect((await fixture.directory.lookup('+1-202-555-0123')).entry).toEqual(entry);
  });

  test.each(['+15550100', '+15550100123'])('takes %s, which has the form although no plan lists it', async (phone) => {
    expect((await publish(makePhoneKey(), { phone })).entry.phone).toBe(phone);
    expect((await fixture.directory.lookup(phone)).entry.phone).toBe(phone);
  });

  test.each([['2025550123'], ['0012025550123'], ['+120255'], ['+12025550123456789'], ['+*******0123'], ['']])(
    'refuses %j, which is not E.164',
    async (phone) => {
      expect(await refusal(publish(makePhoneKey(), { phone }))).toMatchObject({ problem: 'bad-phone', status: 422 });
    },
  );

  test('is refused by the kind of its fault', async () => {
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const pem = rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
    const error = await refusal(publish(pem));
    expect(error).toMatchObject({ problem: 'bad-key', kind: 'private-key-sent' });
    expect(`${error.message}${error.stack}`).not.toContain(pem.slice(40, 80));
  });

  test('is refused for a device that nobody manages', async () => {
    fixture.devices.set(DEVICE, null);
    for (const deviceKey of [DEVICE, 'kandji:1', 'jamf', 'jamf:', `jamf:${'é'.repeat(300)}`]) {
      expect(await refusal(publish(makePhoneKey(), { deviceKey }))).toMatchObject({ problem: 'unknown-device' });
    }
    expect(fixture.key.count()).toBe(0);
  });

  test.each([
    ['notAfter', 'tomorrow'],
    ['notAfter', '2026-11-25T00:00:00.000Z'],
    ['notAfter', '2300-01-01T00:00:00Z'],
    ['keySource', 'Companion App'],
  ])('is refused where %s is %j', async (member, value) => {
    expect(await refusal(publish(makePhoneKey(), { [member]: value }))).toMatchObject({
      problem: 'bad-request',
      member,
    });
  });

  test('is refused under If-Match, since there is nothing to match', async () => {
    expect(await refusal(publish(makePhoneKey(), {}, '*'))).toMatchObject({
      problem: 'precondition-failed',
      status: 412,
    });
  });
});

describe('the same key again', () => {
  test('changes nothing and signs nothing, however often it comes', async () => {
    const publicKey = makePhoneKey();
    const first = await publish(publicKey, { notAfter: '2027-01-01T00:00:00Z', keySource: 'companion-app' });
    fixture.clock.advance(DAY);
    for (const changes of [
      {},
      { notAfter: '2027-01-01T00:00:00.000Z' },
      { keySource: 'companion-app', notAfter: null },
    ]) {
      const again = await publish(publicKey, changes);
      expect(again).toMatchObject({ outcome: 'unchanged', entry: first.entry });
    }
    expect(fixture.key.count()).toBe(1);
  });

  test('with another end is a renewal: the next revision, the same start', async () => {
    const publicKey = makePhoneKey();
    const first = await publish(publicKey, { notAfter: '2027-01-01T00:00:00Z', keySource: 'companion-app' });
    const { outcome, entry } = await publish(publicKey, { notAfter: '2027-02-01T00:00:00Z' });
    expect({ outcome, entry }).toMatchObject({
      outcome: 'renewed',
      entry: {
        revision: 2,
        notBefore: first.entry.notBefore,
        notAfter: '2027-02-01T00:00:00.000Z',
        keySource: 'companion-app',
      },
    });
  });

  test('after it ran out begins anew', async () => {
    const publicKey = makePhoneKey();
    await publish(publicKey, { notAfter: '2026-11-26T00:00:00Z' });
    fixture.clock.advance(DAY);
    expect(await fixture.directory.lookup(PHONE)).toMatchObject({ validity: 'expired', entry: { status: 'active' } });
    expect(await publish(publicKey)).toMatchObject({
      outcome: 'renewed',
      validity: 'valid',
      entry: { revision: 2, notBefore: '2026-11-26T00:00:00.000Z', notAfter: null },
    });
  });

  test('does not end a suspension, and no new key does either', async () => {
    const publicKey = makePhoneKey();
    const { entry } = await publish(publicKey);
    await fixture.directory.suspend({ entryId: entry.entryId, reason: 'lost' });
    expect(await publish(publicKey)).toMatchObject({ outcome: 'unchanged', entry: { status: 'suspended' } });
    expect(await refusal(publish(makePhoneKey()))).toMatchObject({ problem: 'entry-suspended', status: 409 });
  });

  test('after its revocation is refused, and a new key is a new entry', async () => {
    const [one, two] = [makePhoneKey(), makePhoneKey()];
    const { entry } = await publish(one);
    await publish(two);
    await fixture.directory.revoke({ entryId: entry.entryId, reason: 'lost' });
    for (const revoked of [one, two]) {
      expect(await refusal(publish(revoked))).toMatchObject({ problem: 'key-revoked', status: 409 });
    }
    const next = await publish(makePhoneKey());
    expect(next).toMatchObject({ outcome: 'created', entry: { revision: 1, status: 'active' } });
    expect(next.entry.entryId).not.toBe(entry.entryId);
    expect(await refusal(publish(one))).toMatchObject({ problem: 'key-revoked' });
    expect((await fixture.directory.show(entry.entryId)).entry).toMatchObject({ status: 'revoked', revision: 3 });
  });
});

describe('another key for the same number and device', () => {
  test('is the next revision; the former one stays in the history as it was signed', async () => {
    const first = await publish(makePhoneKey(), { notAfter: '2027-01-01T00:00:00Z' });
    fixture.clock.advance(DAY);
    const second = await publish(makePhoneKey(), {}, first.etag);
    expect(second).toMatchObject({
      outcome: 'rotated',
      entry: { entryId: first.entry.entryId, revision: 2, notBefore: '2026-11-26T00:00:00.000Z', notAfter: null },
    });
    expect(await fixture.directory.history(first.entry.entryId)).toEqual([first.entry, second.entry]);
    expect(fixture.key.count()).toBe(2);
    expect(await refusal(publish(makePhoneKey(), {}, first.etag))).toMatchObject({ problem: 'precondition-failed' });
    expect(await publish(makePhoneKey(), {}, `"x", ${second.etag}`)).toMatchObject({ entry: { revision: 3 } });
    expect(await publish(makePhoneKey(), {}, '*')).toMatchObject({ entry: { revision: 4 } });
  });

  test('never goes back in time, whatever the clock of another machine says', async () => {
    const first = await publish(makePhoneKey());
    fixture.clock.advance(-DAY);
    const { entry } = await publish(makePhoneKey());
    expect(entry.changedAt).toBe(first.entry.changedAt);
  });
});

describe('one key under two numbers', () => {
  test('is reported on both sides and refused on neither; a revocation ends the finding', async () => {
    const publicKey = makePhoneKey();
    const one = await publish(publicKey);
    const two = await publish(publicKey, { phone: OTHER_PHONE });
    expect(two).toMatchObject({
      outcome: 'created',
      findings: [{ kind: 'duplicate-key', fingerprint: one.entry.fingerprint, entryIds: [one.entry.entryId] }],
    });
    expect(await publish(publicKey)).toMatchObject({ findings: [{ entryIds: [two.entry.entryId] }] });
    expect(await fixture.directory.holdersOf(one.entry.fingerprint)).toHaveLength(2);
    await fixture.directory.revoke({ entryId: one.entry.entryId, reason: 'moved' });
    expect((await publish(publicKey, { phone: OTHER_PHONE })).findings).toEqual([]);
  });
});

describe('a key from an MLS lab', () => {
  test('lives 76 days at most, and warns when less than 30 are left', async () => {
    const publicKey = makePhoneKey();
    const { entry } = await publish(publicKey, { keySource: 'lab-mls' });
    expect(entry.notAfter).toBe('2027-02-09T00:00:00.000Z');
    const late = { keySource: 'lab-mls', notAfter: '2027-02-09T00:00:00.001Z' };
    expect(await refusal(publish(makePhoneKey(), late))).toMatchObject({ member: 'notAfter' });
    fixture.clock.advance(47 * DAY);
    expect((await publish(publicKey)).findings).toEqual([{ kind: 'expires-soon', notAfter: entry.notAfter }]);
  });
});

describe('what it costs', () => {
  test('a lookup is two point reads, also of what is revoked; one where there is nothing; never a signature', async () => {
    const { entry } = await publish(makePhoneKey());
    await fixture.directory.revoke({ entryId: entry.entryId, reason: 'lost' });
    const counted = countReads(fixture.store);
    const directory = fixture.another({ store: counted.store });
    const signatures = fixture.key.count();
    expect(await directory.lookup(PHONE)).toMatchObject({ entry: { status: 'revoked', reason: 'lost' } });
    expect(counted.take()).toEqual({ get: 2, scan: 0, batch: 0 });
    expect(await directory.show(entry.entryId)).toMatchObject({ entry: { status: 'revoked' } });
    expect(counted.take()).toEqual({ get: 2, scan: 0, batch: 0 });
    expect(await refusal(directory.lookup(OTHER_PHONE))).toMatchObject({ problem: 'not-found', status: 404 });
    expect(counted.take()).toEqual({ get: 1, scan: 0, batch: 0 });
    expect(await directory.history(entry.entryId)).toHaveLength(2);
    expect(counted.take()).toEqual({ get: 1, scan: 1, batch: 0 });
    expect(fixture.key.count()).toBe(signatures);
  });

  test('a publication is five writes, a rotation three, a revocation two, the same key none', async () => {
    const counted = countReads(fixture.store);
    const directory = fixture.another({ store: counted.store });
    const publicKey = makePhoneKey();
    const request = { phone: PHONE, deviceKey: DEVICE, publicKey };
    const { entry } = await directory.publish(request);
    const first = counted.take().batch;
    await directory.publish(request);
    const again = counted.take().batch;
    await directory.publish({ ...request, publicKey: makePhoneKey() });
    const rotation = counted.take().batch;
    await directory.revoke({ entryId: entry.entryId, reason: 'lost' });
    expect({ first, again, rotation, revocation: counted.take().batch }).toEqual({
      first: 5,
      again: 0,
      rotation: 3,
      revocation: 2,
    });
  });

  test('no number is in any key of a table', async () => {
    const keys: string[] = [];
    const store = {
      ...fixture.store,
      get: (...args: Parameters<typeof fixture.store.get>) => (
        keys.push(JSON.stringify(args)),
        fixture.store.get(...args)
      ),
    };
    const directory = fixture.another({ store });
    await directory.publish({ phone: PHONE, deviceKey: DEVICE, publicKey: makePhoneKey() });
    await directory.lookup(PHONE);
    expect(keys.length).toBeGreaterThan(2);
    expect(keys.join()).not.toContain(PHONE.slice(1));
  });
});

describe('a signing key that fails', () => {
  test('leaves nothing behind that others wait for, and nothing that is answered', async () => {
    let failing = true;
    const { key } = fixture;
    const kms = {
      signingKey: async () => ({
        ...key,
        sign: async (digest: Buffer) => {
          if (failing) throw new Error('throttled');
          return key.sign(digest);
        },
      }),
    };
    const directory = fixture.another({ kms });
    const request = { phone: PHONE, deviceKey: DEVICE, publicKey: makePhoneKey() };
    await expect(directory.publish(request)).rejects.toThrow('throttled');
    expect(await refusal(directory.lookup(PHONE))).toMatchObject({ problem: 'not-found' });
    failing = false;
    const { entry } = await directory.publish(request);
    failing = true;
    await expect(directory.publish({ ...request, publicKey: makePhoneKey() })).rejects.toThrow('throttled');
    failing = false;
    expect((await directory.lookup(PHONE)).entry).toEqual(entry);
    expect(await directory.publish({ ...request, publicKey: makePhoneKey() })).toMatchObject({
      entry: { revision: 2 },
    });
  });

  test('of another version than its public half publishes nothing', async () => {
    const { publicKey: other } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    const { kty, crv, x, y } = other.export({ format: 'jwk' }) as typeof fixture.key.publicKey;
    const directory = fixture.another({
      kms: { signingKey: async () => ({ ...fixture.key, publicKey: { kty, crv, x, y } }) },
    });
    const request = { phone: PHONE, deviceKey: DEVICE, publicKey: makePhoneKey() };
    await expect(directory.publish(request)).rejects.toThrow('directory/0001 does not verify');
    expect(await refusal(fixture.directory.lookup(PHONE))).toMatchObject({ problem: 'not-found' });
  });
});

describe('the enrolment of the device', () => {
  test('is that of the inventory when the key was published, and null where it does not say', async () => {
    fixture.devices.set(DEVICE, { enrolledAt: null, person: null });
    expect((await publish(makePhoneKey())).entry.device).toEqual({ deviceKey: DEVICE, enrolledAt: null });
    fixture.devices.set(DEVICE, { enrolledAt: '2026-05-01T00:00:00.000Z' as IsoTime, person: null });
    expect((await publish(makePhoneKey())).entry.device.enrolledAt).toBe('2026-05-01T00:00:00.000Z');
  });
});
