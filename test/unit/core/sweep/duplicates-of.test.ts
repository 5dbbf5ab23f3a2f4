import { duplicatesOf } from '../../../../core/sweep/fleet-rows';
import { makeFakeSource } from '../../../support/fake-source';
import { makeDevice } from '../../../support/make-device';
import { openSweepFixture } from '../../../support/sweep-fixture';

test('a phone that left one MDM and lives on in another is one phone, where records of the gone are asked for', async () => {
  let inJamf = [makeDevice('1', { serial: 'F2LXK0AA01' }), makeDevice('2'), makeDevice('3')];
  const inOther = [makeDevice('9', { connectorId: 'other', serial: 'F2LXK0AA01' })];
  const fixture = await openSweepFixture({
    sources: [
      makeFakeSource({ pages: () => [{ devices: inJamf }] }),
      makeFakeSource({ connectorId: 'other', pages: () => [{ devices: inOther }] }),
    ],
  });
  try {
    await fixture.sweep();
    expect((await duplicatesOf(fixture.ports)).size).toBe(1);
    inJamf = inJamf.slice(1);
    await fixture.sweep();
    await fixture.sweep();
    expect((await duplicatesOf(fixture.ports)).size).toBe(0);
    expect([...(await duplicatesOf(fixture.ports, { gone: true })).keys()]).toHaveLength(1);
  } finally {
    fixture.close();
  }
});
