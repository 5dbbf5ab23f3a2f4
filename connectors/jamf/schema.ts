/**
 * What Jamf Pro sends, as far as we read it. Sections that were not asked for are null although the published schema
 * says they are never null, and recorded servers leave whole sections out: facts/jamf-pro.md §0.5, facts/peers.md §5.
 * So everything but the id is nullish, and every enum stays an open string.
 */
import * as z from 'zod';

const text = z.string().nullish();
const flag = z.boolean().nullish();

const general = z.object({
  udid: text,
  siteId: text,
  lastInventoryUpdateDate: text,
  lastContactDate: text,
  osVersion: text,
  osRapidSecurityResponse: text,
  osBuild: text,
  managed: flag,
  supervised: flag,
  deviceOwnershipType: text,
  enrollmentMethodPrestage: z.object({ profileName: text }).nullish(),
  lastEnrolledDate: text,
  managementId: text,
});

const hardware = z.object({ serialNumber: text, model: text, modelIdentifier: text });

const userAndLocation = z.object({ username: text, realName: text, emailAddress: text });

const security = z.object({ jailBreakDetected: flag, attestationStatus: text });

const network = z.object({
  imei: text,
  iccid: text,
  eid: text,
  carrierSettingsVersion: text,
  homeCarrierNetwork: text,
  homeMobileCountryCode: text,
  homeMobileNetworkCode: text,
  roaming: flag,
  phoneNumber: text,
});

const subscription = z.object({
  slot: text,
  carrierSettingsVersion: text,
  subscriberCarrierNetwork: text,
  eid: text,
  iccid: text,
  imei: text,
  phoneNumber: text,
  roaming: flag,
});

const application = z.object({ identifier: text, name: text, version: text, shortVersion: text });

export const jamfDevice = z.object({
  mobileDeviceId: z.union([z.string().min(1), z.number()]).transform(String),
  deviceType: text,
  general: general.nullish(),
  hardware: hardware.nullish(),
  userAndLocation: userAndLocation.nullish(),
  security: security.nullish(),
  network: network.nullish(),
  serviceSubscriptions: z.array(subscription).nullish(),
  applications: z.array(application).nullish(),
  profiles: z.array(z.object({ identifier: text })).nullish(),
  groups: z.array(z.object({ groupName: text })).nullish(),
});

export type JamfDevice = z.output<typeof jamfDevice>;

/** A page of `/api/v2/mobile-devices/detail`: rows are parsed one by one, so that one bad row is one quarantined row. */
export const jamfPage = z.object({ totalCount: z.number().int().nonnegative(), results: z.array(z.unknown()) });

/** RFC 6749 §5.1. `expires_in` may be as short as 60 (facts/jamf-pro.md §1.1). */
export const jamfVersion = z.object({ version: z.string() });

export const jamfError = z.object({
  errors: z.array(z.object({ code: text, description: text })).nullish(),
  error: text,
  error_description: text,
});
