/** A request to publish, checked member by member. Nothing of it is in an error's message. */
import { createHash } from 'node:crypto';
import { formatTime, parseTime } from '../device/iso-time';
import type { DeviceKey, E164, IsoTime } from '../device/managed-device';
import { normalizePhone } from '../device/phone-number';
import type { DirectoryContext } from './context';
import { BadKeyError, BadPhoneError, BadRequestError, UnknownDeviceError } from './errors';
import { locateDevice } from './locate';
import type { DeviceLocation } from './locate';
import { DAY_MS } from './ports';
import { parsePublicKey } from './public-key';
import type { PublicKey } from './public-key';

export interface PublishRequest {
  readonly phone: string;
  /** PEM or base64 SPKI DER. */
  readonly publicKey: string;
  readonly deviceKey: string;
  readonly keySource?: string | null;
  /** ISO 8601, UTC; exclusive. */
  readonly notAfter?: string | null;
}

export interface CheckedRequest {
  readonly phone: E164;
  readonly key: PublicKey;
  readonly device: DeviceLocation & {
    readonly deviceKey: DeviceKey;
    readonly enrolledAt: IsoTime | null;
    readonly person: string | null;
  };
  /** As asked for; null where the request does not say. */
  readonly keySource: string | null;
  readonly notAfter: IsoTime | null;
  /** What the key gets where the request does not say. */
  readonly defaultNotAfter: IsoTime | null;
}

/** An RCS MLS leaf lives 76 days at most (facts/rcs-carrier.md §1.2); what mirrors one lives no longer. */
export const LAB_MLS = 'lab-mls';
const LAB_MLS_DAYS = 76;
const KEY_SOURCE = /^[a-z0-9-]{1,64}$/;
const E164_FORM = /^\+[1-9]\d{6,14}$/;
const LAST_TIME = '2200-01-01T00:00:00.000Z';

/** @throws {BadPhoneError} {BadKeyError} {BadRequestError} {UnknownDeviceError} */
export async function readPublishRequest(context: DirectoryContext, request: PublishRequest): Promise<CheckedRequest> {
  const { clock } = context.ports;
  const phone = readPhone(request.phone);
  const read = parsePublicKey(request.publicKey);
  if (!read.ok) throw new BadKeyError(read.fault);
  const keySource = request.keySource ?? null;
  if (keySource !== null && !KEY_SOURCE.test(keySource)) {
    throw new BadRequestError('keySource', 'must be a word of a-z, 0-9 and -, for example companion-app');
  }
  const now = clock.now();
  const days = keySource === LAB_MLS ? LAB_MLS_DAYS : context.settings.validityDays;
  const notAfter = readNotAfter(request.notAfter ?? null, now, keySource === LAB_MLS ? LAB_MLS_DAYS : null);
  return {
    phone,
    key: read.key,
    device: await readDevice(context, request.deviceKey),
    keySource,
    notAfter,
    defaultNotAfter: days === null ? null : formatTime(now + days * DAY_MS),
  };
}

/** Normalised where it is written with gaps. @throws {BadPhoneError} for what is not E.164, whatever else could be made of it. */
export function readPhone(text: string): E164 {
  if (!/^\s*(?:tel:)?\+/i.test(text)) throw new BadPhoneError('no-country');
  const { phone, reason } = normalizePhone(text, {});
  if (phone !== null) return phone;
  // Numbering plans change before tables of them do, and numbers for fiction stand in none: what has the form is taken.
  if (E164_FORM.test(text)) return text as E164;
  throw new BadPhoneError(reason);
}

function readNotAfter(text: string | null, now: number, maxDays: number | null): IsoTime | null {
  if (text === null) return null;
  const time = parseTime(text);
  if (time === null || time > LAST_TIME) throw new BadRequestError('notAfter', 'must be a time in ISO 8601, UTC');
  if (Date.parse(time) <= now) throw new BadRequestError('notAfter', 'must lie in the future');
  if (maxDays !== null && Date.parse(time) > now + maxDays * DAY_MS) {
    throw new BadRequestError('notAfter', `must be at most ${maxDays} days away for a key from ${LAB_MLS}`);
  }
  return time;
}

async function readDevice({ ports }: DirectoryContext, text: string): Promise<CheckedRequest['device']> {
  const deviceKey = text as DeviceKey;
  const location = locateDevice(deviceKey, ports.buckets);
  if (location === null) throw new UnknownDeviceError();
  if (ports.devices === undefined) return { ...location, deviceKey, enrolledAt: null, person: null };
  const device = await ports.devices(deviceKey);
  if (device === null) throw new UnknownDeviceError();
  const { enrolledAt, person } = device;
  return { ...location, deviceKey, enrolledAt, person: person === null ? null : digestOf(person) };
}

/** Two spellings of an address are one person. */
function digestOf(person: string): string {
  return createHash('sha256').update(`person\n${person.trim().toLowerCase()}`).digest('base64url');
}
