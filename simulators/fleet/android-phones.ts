/** Draws an Android phone: model, release and security patch level. */
import { weighted } from './weighted';

export interface AndroidModel {
  readonly manufacturer: string;
  readonly name: string;
  readonly id: string;
  /** Releases the model runs, newest first. */
  readonly releases: readonly number[];
  /** Patch level it stopped at; null while it is maintained. */
  readonly lastPatch: string | null;
}

const model = (
  manufacturer: string,
  name: string,
  id: string,
  [newest, oldest]: readonly [newest: number, oldest: number],
  lastPatch: string | null = null,
): AndroidModel => ({
  manufacturer,
  name,
  id,
  releases: Array.from({ length: newest - oldest + 1 }, (_, i) => newest - i),
  lastPatch,
});

const SHARES: readonly (readonly [AndroidModel, number])[] = [
  [model('Samsung', 'Galaxy S25', 'SM-S931B', [17, 15]), 12],
  [model('Samsung', 'Galaxy S24', 'SM-S921B', [17, 14]), 16],
  [model('Samsung', 'Galaxy A56 5G', 'SM-A566B', [17, 15]), 14],
  [model('Samsung', 'Galaxy A54 5G', 'SM-A546B', [16, 13]), 12],
  [model('Samsung', 'Galaxy S21 5G', 'SM-G991B', [15, 12]), 5],
  [model('Samsung', 'Galaxy A51', 'SM-A515F', [13, 12], '2024-02-01'), 3],
  [model('Samsung', 'Galaxy XCover7', 'SM-G556B', [16, 14]), 8],
  [model('Google', 'Pixel 10', 'frankel', [17, 16]), 5],
  [model('Google', 'Pixel 9', 'tokay', [17, 14]), 7],
  [model('Google', 'Pixel 8', 'shiba', [17, 14]), 6],
  [model('Google', 'Pixel 4a', 'sunfish', [13, 13], '2023-08-05'), 2],
  [model('Motorola', 'moto g 2025', 'XT2513', [16, 15]), 4],
  [model('Zebra', 'TC58', 'TC58', [14, 13]), 4],
  [model('Nokia', 'XR20', 'Nokia XR20', [14, 12], '2025-06-05'), 2],
];

export const ANDROIDS: readonly AndroidModel[] = weighted(SHARES);

/** First part of the build id by release; 17 is invented, the others are the usual ones. */
const BUILD_PREFIX: Readonly<Record<number, string>> = {
  12: 'SP1A',
  13: 'TP1A',
  14: 'UP1A',
  15: 'AP4A',
  16: 'BP2A',
  17: 'CP1A',
};

/** @param patch `YYYY-MM-DD` or null. @returns e.g. `AP4A.261005.002`. */
export function androidBuild(release: number, patch: string | null): string {
  const date = patch === null ? '250101' : `${patch.slice(2, 4)}${patch.slice(5, 7)}${patch.slice(8, 10)}`;
  return `${BUILD_PREFIX[release] ?? 'XX1A'}.${date}.002`;
}

/** How many months a maintained phone's patch level is behind, in parts. */
export const PATCH_AGE_MONTHS: readonly number[] = weighted([
  [0, 18],
  [1, 30],
  [2, 22],
  [3, 10],
  [4, 6],
  [6, 6],
  [9, 4],
  [14, 3],
  [26, 1],
]);
