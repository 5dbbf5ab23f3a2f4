/** Finds the hashes that come more than once in a stream of millions, in about five bytes each. */

export interface HashCollector {
  /** The hashes of one record, signed 32-bit integers; a hash that the same record repeats counts once. */
  add(hashes: readonly number[]): void;
  /** The hashes that came from more than one record. */
  repeated(): ReadonlySet<number>;
  /** Memory held, in bytes. */
  readonly bytes: number;
}

/** Hashes are spread over buckets by their high bits, so that each grows and is sorted on its own. */
const BUCKET_BITS = 6;
const FIRST_SIZE = 1024;
const GROWTH = 1.25;

export function makeHashCollector(): HashCollector {
  const buckets = Array.from({ length: 1 << BUCKET_BITS }, () => ({ hashes: new Int32Array(FIRST_SIZE), size: 0 }));
  return {
    add(hashes) {
      for (let at = 0; at < hashes.length; at += 1) {
        const hash = hashes[at] ?? 0;
        if (hashes.indexOf(hash) < at) continue;
        const bucket = buckets[hash >>> (32 - BUCKET_BITS)];
        if (bucket === undefined) continue;
        if (bucket.size === bucket.hashes.length) {
          const larger = new Int32Array(Math.ceil(bucket.size * GROWTH));
          larger.set(bucket.hashes);
          bucket.hashes = larger;
        }
        bucket.hashes[bucket.size] = hash;
        bucket.size += 1;
      }
    },
    repeated() {
      const found = new Set<number>();
      for (const { hashes, size } of buckets) {
        const sorted = hashes.subarray(0, size).sort();
        for (let at = 1; at < size; at += 1) {
          const hash = sorted[at];
          if (hash !== undefined && hash === sorted[at - 1]) found.add(hash);
        }
      }
      return found;
    },
    get bytes() {
      return buckets.reduce((sum, { hashes }) => sum + hashes.byteLength, 0);
    },
  };
}
