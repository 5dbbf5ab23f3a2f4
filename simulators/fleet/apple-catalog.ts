/**
 * Apple's models and releases as far as the synthetic fleet uses them. Fleet and release feed are made from this one
 * table, so that "this model cannot reach that version" is true in both.
 *
 * Versions, dates and builds up to 26.6.1 are the public ones (facts/rcs-carrier.md §2.1 and the feed slices); of the
 * later ones only version and date are public, their builds are invented in the right shape.
 */

export interface AppleModel {
  /** e.g. `iPhone17,3`. */
  readonly id: string;
  readonly name: string;
  readonly platform: 'ios' | 'ipados';
  /** Highest train the model gets. XR and XS end with 18 (facts/peers.md A11); who ends with 26 is our assumption. */
  readonly lastTrain: 17 | 18 | 26 | 27;
  /** Train it was sold with: it never runs an older one. */
  readonly firstTrain: 16 | 17 | 18 | 26;
  /** Share of the fleet, in parts of the platform's sum. */
  readonly weight: number;
}

const phone = (
  id: string,
  name: string,
  lastTrain: AppleModel['lastTrain'],
  firstTrain: AppleModel['firstTrain'],
  weight: number,
): AppleModel => ({ id, name, platform: 'ios', lastTrain, firstTrain, weight });

const tablet = (
  id: string,
  name: string,
  lastTrain: AppleModel['lastTrain'],
  firstTrain: AppleModel['firstTrain'],
  weight: number,
): AppleModel => ({ id, name, platform: 'ipados', lastTrain, firstTrain, weight });

export const APPLE_MODELS: readonly AppleModel[] = [
  phone('iPhone11,2', 'iPhone XS', 18, 16, 2),
  phone('iPhone11,8', 'iPhone XR', 18, 16, 4),
  phone('iPhone12,1', 'iPhone 11', 26, 16, 6),
  phone('iPhone12,8', 'iPhone SE (2nd generation)', 26, 16, 4),
  phone('iPhone13,1', 'iPhone 12 mini', 27, 16, 2),
  phone('iPhone13,2', 'iPhone 12', 27, 16, 8),
  phone('iPhone14,5', 'iPhone 13', 27, 16, 14),
  phone('iPhone14,6', 'iPhone SE (3rd generation)', 27, 16, 7),
  phone('iPhone14,7', 'iPhone 14', 27, 16, 11),
  phone('iPhone15,4', 'iPhone 15', 27, 17, 11),
  phone('iPhone16,1', 'iPhone 15 Pro', 27, 17, 4),
  phone('iPhone17,3', 'iPhone 16', 27, 18, 11),
  phone('iPhone17,5', 'iPhone 16e', 27, 18, 6),
  phone('iPhone18,1', 'iPhone 17 Pro', 27, 26, 3),
  phone('iPhone18,3', 'iPhone 17', 27, 26, 5),
  phone('iPhone18,5', 'iPhone 17e', 27, 26, 2),
  tablet('iPad7,3', 'iPad Pro (10.5-inch)', 17, 16, 1),
  tablet('iPad7,11', 'iPad (7th generation)', 18, 16, 2),
  tablet('iPad11,6', 'iPad (8th generation)', 26, 16, 3),
  tablet('iPad13,18', 'iPad (10th generation)', 27, 16, 8),
  tablet('iPad14,3', 'iPad Pro (11-inch) (4th generation)', 27, 16, 2),
  tablet('iPad15,7', 'iPad (A16)', 27, 18, 4),
];

export interface AppleRelease {
  readonly version: string;
  readonly build: string;
  /** Builds of other platforms and of devices that came with the release, as feeds mix them in. */
  readonly otherBuilds: readonly string[];
  /** `YYYY-MM-DD`. */
  readonly releasedAt: string;
  readonly train: 17 | 18 | 26 | 27;
  /** Model ids; null: every model whose trains include this one. */
  readonly onlyModels: readonly string[] | null;
}

const NEWEST_PHONES = APPLE_MODELS.filter(({ id }) => id.startsWith('iPhone18,')).map(({ id }) => id);
const ENDING_WITH_18 = APPLE_MODELS.filter(({ lastTrain }) => lastTrain === 18).map(({ id }) => id);

const release = (
  version: string,
  build: string,
  releasedAt: string,
  otherBuilds: readonly string[] = [],
  onlyModels: readonly string[] | null = null,
): AppleRelease => {
  const train = Number(version.split('.')[0]);
  if (train !== 17 && train !== 18 && train !== 26 && train !== 27) throw new RangeError(`no such train: ${version}`);
  return { version, build, otherBuilds, releasedAt, train, onlyModels };
};

/** Newest first within each train. */
export const APPLE_RELEASES: readonly AppleRelease[] = [
  release('27.0.1', '24A348', '2026-09-28', ['24A6348']),
  release('27.0', '24A341', '2026-09-14', ['24A6341']),
  release('26.7.1', '23H31', '2026-09-28', ['23H6031']),
  release('26.7', '23H20', '2026-09-14', ['23H6020']),
  release('26.6.1', '23G83', '2026-08-17', ['23G6083']),
  // The public feed names a watchOS build for 26.6 and 26.5: facts/rcs-carrier.md §4.4.
  release('26.6', '23G71', '2026-07-27', ['23U67', '23U6067', '23L773', '23G6071']),
  release('26.5.2', '23F84', '2026-06-29', ['23F6084']),
  release('26.5.1', '23F81', '2026-06-01', ['23F6081'], NEWEST_PHONES),
  release('26.5', '23F77', '2026-05-11', ['23T6570', '23T570', '23L471', '23F6077']),
  release('26.4.2', '23E261', '2026-04-22'),
  release('26.3.1', '23D8133', '2026-03-04'),
  release('26.2', '23C55', '2025-12-12'),
  release('18.7.10', '22H374', '2026-08-17', ['22H6374'], ENDING_WITH_18),
  release('18.7.9', '22H355', '2026-05-11', ['22H6355'], ENDING_WITH_18),
  release('18.7.8', '22H352', '2026-04-22', ['22H6352']),
  release('18.7.2', '22H124', '2025-11-05'),
  release('18.7', '22H20', '2025-09-15'),
  release('17.7.11', '21H461', '2026-05-11', ['21H6461']),
  release('17.7.2', '21H221', '2024-11-19'),
];

/** Whether a release is offered to a model. */
export function isOffered({ train, onlyModels }: AppleRelease, model: AppleModel): boolean {
  if (onlyModels !== null) return onlyModels.includes(model.id);
  return train <= model.lastTrain && train >= model.firstTrain;
}

/** The one Background Security Improvement: it belongs to its base version (facts/rcs-carrier.md §4.1). */
export const APPLE_BSI = {
  version: '26.3.1',
  extra: '(a)',
  build: '23D771330a',
  postedAt: '2026-03-17',
  prerequisiteBuild: '23D8133',
} as const;
