/** The phone itself, the same whichever MDM is asked: model, versions, serial, IMEI. */
import { hash32 } from '../kit/seeded';
import { androidBuild, ANDROIDS, PATCH_AGE_MONTHS } from './android-phones';
import { IPADS, IPHONES } from './apple-phones';
import { imeiOf, serialOf, udidOf } from './identifiers';
import { isShared, ownerOf } from './phone-identity';
import type { PhoneIndex } from './phone-identity';
import type { SyntheticDevice } from './synthetic-device';
import { draw, weighted } from './weighted';

export type Hardware = Pick<
  SyntheticDevice,
  | 'platform'
  | 'manufacturer'
  | 'model'
  | 'modelId'
  | 'osVersion'
  | 'osBuild'
  | 'osExtra'
  | 'securityPatch'
  | 'serial'
  | 'imei'
  | 'udid'
>;

type Platform = SyntheticDevice['platform'];

/** Streams of chance; each question about a phone has its own, so that one answer says nothing about another. */
const STREAM = { platform: 10, model: 11, os: 12, patch: 13, cellular: 14 } as const;

/** What each MDM manages, in parts of a hundred. */
const PLATFORMS: Readonly<Record<'jamf' | 'intune' | 'workspace-one', readonly Platform[]>> = {
  jamf: weighted([
    ['ios', 92],
    ['ipados', 8],
  ]),
  intune: weighted([
    ['ios', 44],
    ['ipados', 4],
    ['android', 44],
    ['windows', 8],
  ]),
  'workspace-one': weighted([
    ['ios', 40],
    ['ipados', 5],
    ['android', 51],
    ['windows', 4],
  ]),
};

const WINDOWS_OS: readonly (readonly [version: string, build: string])[] = weighted([
  [['10.0.26200.7171', '26200.7171'], 60],
  [['10.0.26100.6899', '26100.6899'], 30],
  [['10.0.19045.6456', '19045.6456'], 10],
]);

/** @param seed of the fleet. @returns the platform of a phone, without drawing the rest. */
export function platformOf(seed: number, phone: PhoneIndex): Platform {
  const owner = ownerOf(phone);
  // Jamf knows Apple only; Intune and Workspace ONE share Android phones.
  if (isShared(seed, phone)) return owner === 'jamf' ? 'ios' : 'android';
  return draw(PLATFORMS[owner], hash32(seed, STREAM.platform, phone));
}

/** Number of the phone's modem in `slot` (1 or 2), unique in the company. */
export function modemOf(phone: PhoneIndex, slot: number): number {
  return phone * 2 + slot - 1;
}

/** Whether a tablet can have a SIM; every phone can, no computer. */
export function isCellular(seed: number, phone: PhoneIndex, platform: Platform): boolean {
  if (platform === 'windows') return false;
  return platform !== 'ipados' || hash32(seed, STREAM.cellular, phone) % 10 < 3;
}

/** @param month months since year 0 of the fleet's present, for patch levels that age with it. */
export function drawHardware(seed: number, phone: PhoneIndex, platform: Platform, month: number): Hardware {
  const modelDraw = hash32(seed, STREAM.model, phone);
  const osDraw = hash32(seed, STREAM.os, phone);
  const serial = serialOf(phone);
  const imei = isCellular(seed, phone, platform) ? imeiOf(modemOf(phone, 1)) : '';
  if (platform === 'windows') {
    const [osVersion, osBuild] = draw(WINDOWS_OS, osDraw);
    return {
      platform,
      manufacturer: 'Example Computers',
      model: 'Example Laptop 14',
      modelId: 'EL14',
      osVersion,
      osBuild,
      osExtra: '',
      securityPatch: null,
      serial,
      imei,
      udid: '',
    };
  }
  if (platform === 'android') {
    const model = draw(ANDROIDS, modelDraw);
    // Three of four are on the newest release their model gets, or one below it.
    const step = osDraw % 8;
    const release = model.releases[Math.min(model.releases.length - 1, step < 4 ? 0 : step < 6 ? 1 : step - 4)] ?? 12;
    const securityPatch = model.lastPatch ?? drawPatch(hash32(seed, STREAM.patch, phone), month);
    return {
      platform,
      manufacturer: model.manufacturer,
      model: model.name,
      modelId: model.id,
      osVersion: osDraw % 211 === 0 ? '' : String(release),
      osBuild: androidBuild(release, securityPatch),
      osExtra: '',
      securityPatch,
      serial,
      imei,
      udid: '',
    };
  }
  const { model, os } = draw(platform === 'ios' ? IPHONES : IPADS, modelDraw);
  const { version, build, extra } = draw(os, osDraw);
  return {
    platform,
    manufacturer: 'Apple',
    model: model.name,
    modelId: model.id,
    osVersion: version,
    osBuild: build,
    osExtra: extra,
    securityPatch: null,
    serial,
    imei,
    udid: udidOf(phone),
  };
}

const PATCHES = new Map<number, string>();

/** One phone in a hundred does not say its patch level. */
function drawPatch(hash: number, month: number): string | null {
  if (hash % 97 === 0) return null;
  const at = (month - draw(PATCH_AGE_MONTHS, hash >>> 7)) * 2 + (hash & 1);
  const known = PATCHES.get(at);
  if (known !== undefined) return known;
  const months = at >> 1;
  const text = `${Math.floor(months / 12)}-${String((months % 12) + 1).padStart(2, '0')}-0${(at & 1) === 1 ? 5 : 1}`;
  PATCHES.set(at, text);
  return text;
}
