import * as z from 'zod';
import { decodeRows } from '../../../../connectors/http/decode-rows';
import { deviceKey } from '../../../../core/device/managed-device';
import { makeDevice } from '../../../support/make-device';

const row = z.object({ id: z.string(), name: z.string().nullish() });

const decode = (rows: readonly unknown[]) =>
  decodeRows(rows, {
    schema: row,
    idOf: (bad) => ('id' in bad ? bad.id : null),
    map: ({ id, name }) => ({ ...makeDevice(id), deviceKey: deviceKey('mdm', id), vendorId: id, model: name ?? null }),
  });

describe('rows of a page', () => {
  test('one bad row is one quarantined row; its neighbours stay', () => {
    const page = decode([{ id: 'a' }, { id: 'b', name: 7 }, { id: 'c' }]);
    expect(page.devices.map(({ vendorId }) => vendorId)).toEqual(['a', 'c']);
    expect(page.quarantined).toEqual([{ vendorId: 'b', reason: expect.stringContaining('name') }]);
  });

  test.each([
    { bad: null, vendorId: null },
    { bad: 'text', vendorId: null },
    { bad: [], vendorId: null },
    { bad: { name: 'x' }, vendorId: null },
    { bad: { id: 12 }, vendorId: '12' },
  ])('$bad is quarantined with what can be read of its id', ({ bad, vendorId }) => {
    expect(decode([bad]).quarantined).toEqual([{ vendorId, reason: expect.any(String) }]);
  });

  test('the reason names the field and never the value', () => {
    const secret = { id: 'a', name: { email: 'alice@example.com' } };
    expect(JSON.stringify(decode([secret]).quarantined)).not.toContain('alice');
  });

  test('a device that stands twice on the page is one device: the later row counts, the repeat is counted', () => {
    const page = decode([{ id: 'a', name: 'old' }, { id: 'b' }, { id: 'a', name: 'new' }]);
    expect(page.devices.map(({ vendorId, model }) => [vendorId, model])).toEqual([
      ['a', 'new'],
      ['b', null],
    ]);
    expect(page.duplicates).toBe(1);
  });
});
