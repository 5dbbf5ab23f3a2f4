/** A fleet of any size, drawn device by device when asked, with an overlay of what has changed since. */
import { hash32 } from '../kit/seeded';
import { drawEnrollment, inventoryTime, isPersonal, modeOf, seenAt, stateOf } from './draw-enrollment';
import { drawHardware, platformOf } from './draw-hardware';
import { drawSims } from './draw-sims';
import { guidOf, ordinalInGuid } from './identifiers';
import { makeMembership } from './membership';
import { phoneBehind } from './phone-identity';
import type { PhoneIndex } from './phone-identity';
import { maskNumber } from './phone-numbers';
import type { Mdm, MutableFleet, SyntheticApp, SyntheticDevice, SyntheticSim } from './synthetic-device';
import { draw } from './weighted';
import { ANDROID_APPS, IOS_APPS } from './watched-apps';

export interface FleetOptions {
  readonly mdm: Mdm;
  readonly size: number;
  /** Fleets of one seed share some phones; equal options give equal fleets. */
  readonly seed: number;
  /** Milliseconds since the epoch that all times of the fleet lie before. */
  readonly now: number;
  /** The first so many ordinals have one and the same inventory time: a tie group longer than any page. */
  readonly inventoryTies?: number;
}

const STREAM_APPS = 50;
const GUID_STREAM = { guid: 60, second: 62 } as const;
const SALT: Readonly<Record<Mdm, number>> = { jamf: 101, intune: 102, 'workspace-one': 103 };
const HOUR = 3_600_000;

type Changes = Partial<Omit<SyntheticDevice, 'ordinal' | 'guid' | 'secondGuid'>>;

export function makeFleet({ mdm, size, seed, now, inventoryTies = 0 }: FleetOptions): MutableFleet {
  /** Chance about records is drawn from this, chance about phones from the seed itself. */
  const salt = hash32(seed, SALT[mdm], 0);
  const today = new Date(now);
  const month = today.getUTCFullYear() * 12 + today.getUTCMonth();
  const members = makeMembership(size);
  const changes = new Map<number, Changes>();
  let revision = 0;

  const drawnInventoryAt = (ordinal: number): number =>
    ordinal <= inventoryTies ? now - HOUR : inventoryTime(salt, mdm, ordinal, now);

  const drawDevice = (ordinal: number): SyntheticDevice => {
    const phone = phoneBehind(seed, mdm, ordinal);
    const platform = platformOf(seed, phone);
    const mode = modeOf(seed, mdm, phone, platform);
    const enrollment = stateOf(salt, mdm, ordinal);
    const lastSeenAt = seenAt(salt, ordinal, now);
    const hardware = drawHardware(seed, phone, platform, month);
    const records = drawEnrollment({ seed, salt, ordinal, phone, platform, mode, lastSeenAt });
    const hides = isHidden(mode);
    return {
      ordinal,
      guid: guidOf(salt, GUID_STREAM.guid, ordinal),
      secondGuid: guidOf(salt, GUID_STREAM.second, ordinal),
      udid: hides ? '' : hardware.udid,
      platform,
      manufacturer: hardware.manufacturer,
      model: hardware.model,
      modelId: hardware.modelId,
      osVersion: hardware.osVersion,
      osBuild: hardware.osBuild,
      osExtra: hardware.osExtra,
      securityPatch: hardware.securityPatch,
      serial: !hides ? hardware.serial : mdm === 'intune' && mode === 'work-profile' ? '0' : '',
      imei: hides ? '' : hardware.imei,
      ownership: isPersonal(mode) ? 'personal' : 'corporate',
      mode,
      enrollment,
      enrolledAt: records.enrolledAt,
      lastSeenAt,
      inventoryAt: drawnInventoryAt(ordinal),
      jailbroken: records.jailbroken,
      user: records.user,
      organizationGroup: records.organizationGroup,
      category: records.category,
      enrollmentProfile: records.enrollmentProfile,
      groups: records.groups,
      sims: visibleSims(drawSims(seed, phone, platform), mdm, mode),
      apps: visibleApps(seed, phone, platform, mode),
    };
  };

  const device = (ordinal: number): SyntheticDevice | null => {
    if (!members.has(ordinal)) return null;
    const drawn = drawDevice(ordinal);
    const changed = changes.get(ordinal);
    return changed === undefined ? drawn : { ...drawn, ...changed };
  };

  return {
    mdm,
    get size() {
      return members.size;
    },
    get revision() {
      return revision;
    },
    get removed() {
      return members.removed;
    },
    device,
    has: (ordinal) => members.has(ordinal),
    slice(offset, count) {
      const devices: SyntheticDevice[] = [];
      const end = Math.min(members.size, offset + count);
      for (let position = Math.max(0, offset); position < end; position += 1) {
        const found = device(members.at(position) ?? 0);
        if (found !== null) devices.push(found);
      }
      return devices;
    },
    ordinals(offset, count) {
      const found: number[] = [];
      const end = Math.min(members.size, offset + count);
      for (let position = Math.max(0, offset); position < end; position += 1) found.push(members.at(position) ?? 0);
      return found;
    },
    positionAfter: (ordinal) => members.countUpTo(ordinal),
    find(guid) {
      const ordinal = ordinalInGuid(guid);
      if (ordinal === null || !members.has(ordinal)) return null;
      const asked = guid.toLowerCase();
      const isOurs =
        asked === guidOf(salt, GUID_STREAM.guid, ordinal) || asked === guidOf(salt, GUID_STREAM.second, ordinal);
      return isOurs ? ordinal : null;
    },
    inventoryAt: (ordinal) => changes.get(ordinal)?.inventoryAt ?? drawnInventoryAt(ordinal),
    lastSeenAt: (ordinal) => changes.get(ordinal)?.lastSeenAt ?? seenAt(salt, ordinal, now),
    enrollment: (ordinal) => changes.get(ordinal)?.enrollment ?? stateOf(salt, mdm, ordinal),
    platform: (ordinal) => changes.get(ordinal)?.platform ?? platformOf(seed, phoneBehind(seed, mdm, ordinal)),
    remove(ordinals) {
      for (const ordinal of ordinals) if (members.remove(ordinal)) revision += 1;
    },
    add(count) {
      revision += 1;
      return members.append(count);
    },
    restore(count) {
      revision += 1;
      return members.restore(count);
    },
    change(ordinal, fields) {
      revision += 1;
      changes.set(ordinal, { ...changes.get(ordinal), ...fields });
    },
    reset() {
      revision += 1;
      members.reset();
      changes.clear();
    },
  };
}

/** Personal enrollments hide serial, UDID and IMEI (facts/jamf-pro.md §2.2, facts/intune-graph.md §1.4). */
function isHidden(mode: SyntheticDevice['mode']): boolean {
  return isPersonal(mode);
}

function visibleSims(sims: readonly SyntheticSim[], mdm: Mdm, mode: SyntheticDevice['mode']): readonly SyntheticSim[] {
  const isPrivate = isHidden(mode);
  // Intune says nothing about the lines of a corporate phone with a work profile: facts/intune-graph.md §1.4.
  const isSilent = mdm === 'intune' && mode === 'corporate-work-profile';
  if (!isPrivate && !isSilent) return sims;
  if (isSilent) return [];
  return sims.map((sim) => ({
    ...sim,
    phone: sim.phone === null ? null : mdm === 'intune' ? maskNumber(sim.phone) : null,
    iccid: '',
    eid: null,
    imei: '',
  }));
}

/** Apps of the personal side are no MDM's business, so a work profile of either ownership shows none of these. */
function visibleApps(
  seed: number,
  phone: PhoneIndex,
  platform: SyntheticDevice['platform'],
  mode: SyntheticDevice['mode'],
): readonly SyntheticApp[] {
  if (platform === 'windows' || mode === 'work-profile' || mode === 'corporate-work-profile') return [];
  return draw(platform === 'android' ? ANDROID_APPS : IOS_APPS, hash32(seed, STREAM_APPS, phone));
}
