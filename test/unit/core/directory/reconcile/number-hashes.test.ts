/** Numbers read out of a row without parsing it, and hashes of them. */
import type { DeviceRecord } from '../../../../../core/sweep/device-record';
import { encodeDevice } from '../../../../../core/sweep/device-record';
import { makeNumberHashes, phonesOf } from '../../../../../core/directory/reconcile/number-hashes';
import { makeDevice } from '../../../../support/make-device';
import { line, makeHead, phoneOf } from './reconcile-fixture';

const bodyOf = (device: DeviceRecord['device']): string => encodeDevice({ head: makeHead(device), device });

test.each([
  ['no line', [], []],
  ['lines with and without a number', [phoneOf(1), null, phoneOf(2)], [phoneOf(1), phoneOf(2)]],
])('%s', (_, phones, read) => {
  const lines = phones.map((phone, at) => line(phone, at + 1));
  expect(phonesOf(bodyOf(makeDevice('1', { lines })))).toEqual(read);
});

test('what a value says is no member', () => {
  const device = makeDevice('1', { model: '"phone":"+12005550001"', lines: [line(phoneOf(2))] });
  expect(phonesOf(bodyOf(device))).toEqual([phoneOf(2)]);
});

test('every number that was added is held, and nearly no other', () => {
  const hashes = makeNumberHashes();
  for (let n = 0; n < 5000; n += 1) hashes.add(phoneOf(n));
  const held = hashes.freeze();
  let others = 0;
  for (let n = 0; n < 5000; n += 1) {
    expect(held.mayHold(phoneOf(n))).toBe(true);
    if (held.mayHold(phoneOf(n + 50_000))) others += 1;
  }
  expect(others).toBeLessThan(3);
  expect(makeNumberHashes().freeze().mayHold(phoneOf(1))).toBe(false);
});
