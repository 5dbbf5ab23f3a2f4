/** Draws an iPhone or iPad: model, OS version and build. */
import { APPLE_BSI, APPLE_MODELS, APPLE_RELEASES, isOffered } from './apple-catalog';
import type { AppleModel } from './apple-catalog';
import { weighted } from './weighted';

export interface AppleOs {
  readonly version: string;
  readonly build: string;
  readonly extra: string;
}

export interface AppleChoice {
  readonly model: AppleModel;
  /** To be drawn from. */
  readonly os: readonly AppleOs[];
}

/** How the fleet spreads over versions, in parts: most are near the end of their train, a tail is far behind. */
const SPREAD: readonly (readonly [version: string, weight: number])[] = [
  ['27.0.1', 380],
  ['27.0', 140],
  ['26.7.1', 160],
  ['26.7', 40],
  ['26.6.1', 90],
  ['26.6', 20],
  ['26.5.2', 50],
  ['26.5.1', 20],
  ['26.5', 30],
  ['26.4.2', 40],
  ['26.3.1', 15],
  ['26.2', 20],
  ['18.7.10', 60],
  ['18.7.9', 20],
  ['18.7.8', 30],
  ['18.7.2', 8],
  ['18.7', 4],
  ['17.7.11', 20],
  ['17.7.2', 2],
];

/** Rare states that any phone of the train can be in. */
const BSI: AppleOs = { version: APPLE_BSI.version, build: APPLE_BSI.build, extra: APPLE_BSI.extra };
// Betas report the final version string: only the build tells them apart (facts/rcs-carrier.md §4.1).
const BETA_OF_27: AppleOs = { version: '27.0', build: '24A5418b', extra: '' };
const BETA_OF_27_1: AppleOs = { version: '27.1', build: '24B5045f', extra: '' };
const UNKNOWN: AppleOs = { version: '', build: '', extra: '' };
// Versions 19 to 25 never existed: a broken record, to be judged unknown.
const IMPOSSIBLE: AppleOs = { version: '19.0', build: '23A100', extra: '' };

function choiceOf(model: AppleModel): AppleChoice {
  const shares: (readonly [AppleOs, number])[] = [
    [UNKNOWN, 6],
    [IMPOSSIBLE, 1],
  ];
  for (const [version, weight] of SPREAD) {
    const release = APPLE_RELEASES.find((one) => one.version === version);
    if (release !== undefined && isOffered(release, model)) {
      shares.push([{ version, build: release.build, extra: '' }, weight]);
    }
  }
  if (model.lastTrain >= 26) shares.push([BSI, 12]);
  if (model.lastTrain === 27) shares.push([BETA_OF_27, 10], [BETA_OF_27_1, 4]);
  return { model, os: weighted(shares) };
}

const choices = (platform: AppleModel['platform']): readonly AppleChoice[] =>
  weighted(
    APPLE_MODELS.filter((model) => model.platform === platform).map(
      (model) => [choiceOf(model), model.weight] as const,
    ),
  );

export const IPHONES: readonly AppleChoice[] = choices('ios');
export const IPADS: readonly AppleChoice[] = choices('ipados');
