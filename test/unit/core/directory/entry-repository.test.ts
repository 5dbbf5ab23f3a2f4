/** How entries lie in the store: beside their devices, listed page by page, and never other than they were signed. */
import { makeEntryRepository } from '../../../../core/directory/entry-repository';
import { revisionRow } from '../../../../core/directory/locate';
import { DIRECTORY_TABLES } from '../../../../core/directory/tables';
import { partitionOf, rowOf } from '../../../../core/sweep/bucket';
import { makePhoneKey, openDirectoryFixture } from '../../../support/directory-fixture';
import type { DirectoryFixture } from '../../../support/directory-fixture';
import { encodePublished } from '../../../../core/directory/records';
import { decodeEntry, verifyWholeEntry } from '../../../../core/directory/verify-entry';

let fixture: DirectoryFixture;
beforeEach(async () => {
  fixture = await openDirectoryFixture();
});
afterEach(() => fixture.close());

const ENTRIES = DIRECTORY_TABLES.entries;
let numbers = 0;
const publish = (deviceKey: string) =>
  fixture.directory.publish({
    phone: `+1202555${String(1000 + (numbers += 1))}`,
    publicKey: makePhoneKey(),
    deviceKey,
  });

test('entries share the partition of their device and come in the order of the rows of the devices', async () => {
  const ids = ['7', '5000', '123', '40', 'abc', 'abc-1', 'abc.1', 'ab', 'ABC', 'abcd', 'ä'];
  for (const id of ids) for (let lines = 0; lines < 2; lines += 1) await publish(`jamf:${id}`);
  const partitions = new Set(ids.map((id) => partitionOf('jamf', id, { kind: 'range', size: 4096 })));
  expect((await fixture.store.partitions(ENTRIES, '')).partitions).toEqual([...partitions].sort());
  for (const partition of partitions) {
    const joined: string[] = [];
    for await (const heads of makeEntryRepository(fixture.store).heads(partition)) {
      joined.push(...heads.map(({ row }) => row.slice('e!'.length, row.lastIndexOf('!'))));
    }
    const devices = ids.filter((id) => partitionOf('jamf', id, { kind: 'range', size: 4096 }) === partition).map(rowOf);
    expect(joined).toEqual([...devices, ...devices].sort());
  }
});

test('a head says without the signature what the entry says, and names the bytes that were signed', async () => {
  const { entry } = await publish('intune:1');
  const [partition = ''] = (await fixture.store.partitions(ENTRIES, 'intune|')).partitions;
  const heads = [];
  for await (const page of makeEntryRepository(fixture.store).heads(partition)) heads.push(...page);
  const { entryId, phone, status, revision, fingerprint, kid } = entry;
  expect(heads).toMatchObject([{ head: { state: 'published', entryId, phone, status, revision, fingerprint, kid } }]);
});

test.each([1, 2, 3, 7, 100])('a list in pages of %i has every entry once', async (limit) => {
  const wanted: string[] = [];
  for (const id of ['1', '2', '9000', 'x']) wanted.push((await publish(`jamf:${id}`)).entry.entryId);
  for (const id of ['a', 'b', 'c']) wanted.push((await publish(`intune:${id}`)).entry.entryId);
  const listed = async (connectorId: string | null): Promise<string[]> => {
    const found: string[] = [];
    let continuation: string | null = null;
    do {
      const page = await fixture.directory.list({ connectorId, limit, continuation });
      expect(page.entries.length).toBeLessThanOrEqual(limit);
      found.push(...page.entries.map(({ entryId }) => entryId));
      ({ continuation } = page);
    } while (continuation !== null);
    return found;
  };
  expect((await listed(null)).sort()).toEqual([...wanted].sort());
  expect((await listed('intune')).sort()).toEqual(wanted.slice(4).sort());
  expect(await listed('ws1')).toEqual([]);
});

test('a list that goes on where no list stopped is refused', async () => {
  const token = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');
  for (const continuation of ['', 'x', token({}), token(['a/b', null]), token(['jamf|x', 'h!1'])]) {
    await expect(fixture.directory.list({ continuation })).rejects.toMatchObject({ member: 'continuation' });
  }
  const continuation = token(['jamf|x', null]);
  await expect(fixture.directory.list({ connectorId: 'intune', continuation })).rejects.toMatchObject({
    member: 'continuation',
  });
  await expect(fixture.directory.list({ limit: 1001 })).rejects.toMatchObject({ member: 'limit' });
  await expect(fixture.directory.list({ connectorId: 'a|b' })).rejects.toMatchObject({ member: 'connectorId' });
});

describe('someone writes to the tables past the directory', () => {
  const rows = async () => {
    const [partition = ''] = (await fixture.store.partitions(ENTRIES, '')).partitions;
    return (await fixture.store.scan(ENTRIES, partition)).entities;
  };

  test('a status that was not signed is not answered', async () => {
    const { entry } = await publish('jamf:1');
    await fixture.directory.revoke({ entryId: entry.entryId, reason: 'lost' });
    const row = (await rows()).find(({ row: name }) => name.startsWith('e!'))!;
    const body = row.body.replace('"status":"revoked"', '"status":"active"');
    await fixture.store.batch(ENTRIES, row.partition, [{ kind: 'upsert', row: row.row, body }]);
    await expect(fixture.directory.lookup(entry.phone)).rejects.toMatchObject({ problem: 'directory-damaged' });
  });

  test('a payload that was not signed is answered only to be caught by whoever verifies', async () => {
    const { entry } = await publish('jamf:1');
    const [header = '', payload = '', signature = ''] = entry.jws.split('.');
    const changed = Buffer.from(payload, 'base64url').toString().replace('"reason":null', '"reason":"none"');
    const forged = decodeEntry(`${header}.${Buffer.from(changed).toString('base64url')}.${signature}`)!;
    const { partition, row } = (await rows()).find(({ row: name }) => name.startsWith('e!'))!;
    await fixture.store.batch(ENTRIES, partition, [{ kind: 'upsert', row, body: encodePublished(forged, null) }]);
    const answer = await fixture.directory.lookup(entry.phone);
    expect(answer.entry.reason).toBe('none');
    expect(verifyWholeEntry(answer.entry, fixture.keyByKid).verdict).toBe('bad-signature');
  });

  test('a revision that is missing is noticed', async () => {
    const { entry } = await publish('jamf:1');
    await fixture.directory.suspend({ entryId: entry.entryId, reason: 'lost' });
    const { partition } = (await rows())[0]!;
    await fixture.store.batch(ENTRIES, partition, [{ kind: 'delete', row: revisionRow(entry.entryId, 1) }]);
    await expect(fixture.directory.history(entry.entryId)).rejects.toMatchObject({ problem: 'directory-damaged' });
  });

  test('a revision is never written over: its number is taken', async () => {
    const { entry } = await publish('jamf:1');
    const { partition } = (await rows())[0]!;
    const row = revisionRow(entry.entryId, 2);
    await fixture.store.batch(ENTRIES, partition, [{ kind: 'insert', row, body: entry.jws }]);
    await expect(fixture.directory.suspend({ entryId: entry.entryId, reason: 'x' })).rejects.toMatchObject({
      problem: 'entry-busy',
    });
    const kept = (await rows()).find((each) => each.row === row);
    expect(kept?.body).toBe(entry.jws);
  });
});
