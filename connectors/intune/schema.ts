/**
 * What Graph sends, as far as we read it. Everything but the id is nullish: lists leave out what a platform does not
 * report, and national clouds lag behind (facts/intune-graph.md §1.1, §1.2). Enums stay open strings.
 */
import * as z from 'zod';

const text = z.string().nullish();

/**
 * A managed device: a row of the list, or a row of the export report under the list's names.
 * `iccid` and `eid` come from the report only; the list withholds them (facts/intune-graph.md §7 T7).
 */
export const intuneDevice = z.object({
  // GUIDs are compared across the list and three reports: one case for all.
  id: z
    .string()
    .min(1)
    .transform((id) => id.toLowerCase()),
  azureADDeviceId: text,
  userId: text,
  userPrincipalName: text,
  emailAddress: text,
  deviceName: text,
  operatingSystem: text,
  osVersion: text,
  androidSecurityPatchLevel: text,
  manufacturer: text,
  model: text,
  serialNumber: text,
  imei: text,
  phoneNumber: text,
  subscriberCarrier: text,
  iccid: text,
  eid: text,
  managementState: text,
  managementAgent: text,
  deviceEnrollmentType: text,
  deviceRegistrationState: text,
  managedDeviceOwnerType: text,
  enrolledDateTime: text,
  lastSyncDateTime: text,
  isSupervised: z.boolean().nullish(),
  jailBroken: text,
  enrollmentProfileName: text,
  deviceCategoryDisplayName: text,
});

export type IntuneDevice = z.output<typeof intuneDevice>;

/** Every field but the id and the flag: strings, where they are there at all. */
const TEXT_FIELDS = Object.keys(intuneDevice.shape).filter((field) => field !== 'id' && field !== 'isSupervised');

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** True for a row that {@link intuneDevice} would accept and leave as it is. */
function isPlainRow(row: unknown): row is IntuneDevice {
  if (!isRecord(row)) return false;
  const { id, isSupervised } = row;
  if (typeof id !== 'string' || id === '' || id !== id.toLowerCase()) return false;
  if (typeof isSupervised !== 'boolean' && isSupervised !== null && isSupervised !== undefined) return false;
  for (const field of TEXT_FIELDS) {
    const value = row[field];
    if (typeof value !== 'string' && value !== null && value !== undefined) return false;
  }
  return true;
}

/**
 * {@link intuneDevice} without a copy of the rows that need no change, which are nearly all: at a million devices the
 * copies cost more than the checks.
 */
export const intuneRow = z.unknown().transform((row, context): IntuneDevice => {
  if (isPlainRow(row)) return row;
  const parsed = intuneDevice.safeParse(row);
  if (parsed.success) return parsed.data;
  for (const issue of parsed.error.issues) {
    context.issues.push({ code: 'custom', path: issue.path, message: issue.message, input: row });
  }
  return z.NEVER;
});

/** A page of any collection; rows are parsed one by one, so that one bad row is one quarantined row. */
export const graphPage = z.object({
  '@odata.count': z.number().int().nonnegative().nullish().catch(null),
  '@odata.nextLink': z.string().min(1).nullish(),
  value: z.array(z.unknown()),
});

/** `GET /deviceManagement/managedDeviceOverview`, as far as the choice of a strategy needs it. */
export const deviceOverview = z.object({ enrolledDeviceCount: z.number().int().nonnegative() });

/** `deviceManagementExportJob` (facts/intune-graph.md §1.5). `url` is a secret: it is the credential of the download. */
export const exportJob = z.object({
  id: z.string().min(1).max(300),
  status: z.string(),
  url: text,
});

/** An app of the tenant's catalogue, as far as it can be matched with a package name or bundle id. */
export const mobileApp = z.object({ id: z.string().min(1), packageId: text, bundleId: text });

/** RFC 6749 §5.1; `expires_in` can be missing (facts/intune-graph.md §5) or be a string. */
export const entraError = z.object({ error: text, error_description: text });

export const graphError = z.object({ error: z.object({ code: text, message: text }) });

/** The JSON that Intune puts as a string into `error.message` (facts/intune-graph.md §2.1). */
export const nestedIntuneError = z.object({ Message: text, RetryAfter: z.union([z.number(), z.string()]).nullish() });
