import fc from 'fast-check';
import { hashKey } from '../../../../core/device/join-keys';
import { makeHashCollector } from '../../../../core/device/repeated-hashes';

const hash = fc.oneof(fc.integer({ min: -5, max: 5 }), fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }));

describe('collecting hashes', () => {
  test('finds exactly those that came from more than one record', () => {
    fc.assert(
      fc.property(fc.array(fc.array(hash, { maxLength: 5 })), (records) => {
        const collector = makeHashCollector();
        for (const record of records) collector.add(record);
        const counts = new Map<number, number>();
        for (const record of records) for (const each of new Set(record)) counts.set(each, (counts.get(each) ?? 0) + 1);
        const expected = [...counts].filter(([, count]) => count > 1).map(([each]) => each);
        expect([...collector.repeated()].sort()).toEqual(expected.sort());
      }),
    );
  });

  test('phones with four keys each take 20 bytes each, a million 20 MB, and the few repeated keys are found', () => {
    const PHONES = 50_000;
    const collector = makeHashCollector();
    for (let at = 0; at < PHONES; at += 1) {
      // One phone in a thousand has the serial of its predecessor.
      const serial = at % 1000 === 999 ? at - 1 : at;
      collector.add([hashKey(`serial:${serial}`), hashKey(`imei:${at}`), hashKey(`udid:${at}`), hashKey(`id:${at}`)]);
    }
    expect(collector.bytes).toBeLessThanOrEqual(PHONES * 20);
    const repeated = collector.repeated();
    for (let at = 998; at < PHONES; at += 1000) expect(repeated.has(hashKey(`serial:${at}`))).toBe(true);
    // Chance adds about five pairs of 200,000 keys in 2^32, which comparing the keys sorts out.
    expect(repeated.size).toBeGreaterThanOrEqual(50);
    expect(repeated.size).toBeLessThan(100);
  });
});

describe('the hash of a key', () => {
  test('is a signed 32-bit integer, so that a head of a record stores it as it is', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(hashKey(text) | 0).toBe(hashKey(text));
        expect(hashKey(JSON.parse(JSON.stringify(text)) as string)).toBe(hashKey(text));
      }),
    );
  });

  test('tells neighbours apart', () => {
    const hashes = new Set<number>();
    for (let at = 0; at < 100_000; at += 1) hashes.add(hashKey(`imei:${35_000_000_000_000 + at}`));
    expect(hashes.size).toBeGreaterThan(99_990);
  });
});
