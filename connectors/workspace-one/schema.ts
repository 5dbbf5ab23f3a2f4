/**
 * What Workspace ONE UEM sends, as far as we read it. Keys may be absent from any row and come only when the device has
 * been sampled (facts/workspace-one.md §2.1), so everything but the device's Uuid is nullish and every enum stays open.
 * Rows are parsed one by one: one bad row is one quarantined row.
 */
import * as z from 'zod';

const text = z.string().nullish();
const flag = z.boolean().nullish();
/** Mobile country codes and ids come as text and as numbers. */
const code = z.union([z.string(), z.number()]).nullish();

const reference = z.object({ Name: text, Uuid: text }).nullish();
const mcc = z.object({ SIMMCC: code }).nullish();

const cellular = z.object({ CarrierName: text, CardId: code, PhoneNumber: text, DeviceMCC: mcc, IsRoaming: flag });

/** A row of `/mdm/devices/search` version 2. */
export const searchRow = z.object({
  Uuid: z.string().min(1),
  Id: z.object({ Value: code }).nullish(),
  Udid: text,
  SerialNumber: text,
  Imei: text,
  LocationGroupName: text,
  UserId: reference,
  UserName: text,
  UserEmailAddress: text,
  EnrollmentUserUuid: text,
  Ownership: text,
  Platform: text,
  Model: text,
  OEMInfo: text,
  OperatingSystem: text,
  OSBuildVersion: text,
  SecurityPatchDate: text,
  PhoneNumber: text,
  DeviceMCC: mcc,
  DeviceCellularNetworkInfo: z.array(cellular).nullish(),
  IsRoaming: flag,
  IsSupervised: flag,
  ManagedBy: code,
  EnrollmentStatus: text,
  LastSeen: text,
  LastEnrolledOn: text,
  LastSystemSampleTime: text,
  /** Three states: a missing key and a string both mean unknown (facts/workspace-one.md §2.1). */
  CompromisedStatus: z.unknown().optional(),
});

export type SearchRow = z.output<typeof searchRow>;

/** A row of `/mdm/devices/extensivesearch` version 1: flat and with few columns (facts/workspace-one.md §2.3). */
export const extensiveRow = z.object({
  DeviceUuid: z.string().min(1),
  DeviceId: code,
  Udid: text,
  SerialNumber: text,
  UserName: text,
  EnrollmentStatus: text,
  EnrollmentDate: text,
  LastSeen: text,
});

export type ExtensiveRow = z.output<typeof extensiveRow>;

const count = z.number().int().nonnegative();

/** Both device searches. The echoed `PageSize` is what the server really uses. */
export const devicePage = z.object({
  Devices: z.array(z.unknown()),
  PageSize: z.number().int().positive().nullish(),
  Total: count,
});

/** `/mdm/devices/{uuid}` version 2, only for its times, which bear a zone. */
export const deviceTimes = z.object({
  enrollmentInfo: z.object({ enrollmentTimestamp: text, lastSeenTimestamp: text }).nullish(),
});

export const appPage = z.object({
  applications: z.array(z.object({ uuid: text, bundle_id: text, application_name: text })),
});

export const appDevicePage = z.object({ devices: z.array(z.unknown()), TotalResults: count });

export const appDeviceRow = z.object({
  device_uuid: z.string().min(1),
  installed_status: text,
  installed_version: text,
});

/** `expires_in` can be a string (facts/workspace-one.md §1). */
/** `errorCode` comes as a number and as a string. */
export const uemError = z.object({
  errorCode: code,
  message: text,
  error: text,
  error_description: text,
});
