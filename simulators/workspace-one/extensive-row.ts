/** One row of `GET /mdm/devices/extensivesearch` v1: flat (facts/workspace-one.md §2.3). */
import type { SyntheticDevice } from '../fleet/synthetic-device';
import { jsonTemplate } from '../kit/json-template';
import type { JsonTemplate } from '../kit/json-template';
import type { RowContext } from './search-row';
import { NEVER, zonelessTime } from './uem-time';
import { complianceStatus, searchEnrollment } from './uem-words';

export function extensiveRowTemplate({ groups, offsetMinutes }: RowContext): JsonTemplate<SyntheticDevice> {
  return jsonTemplate<SyntheticDevice>({
    DeviceId: ({ ordinal }) => ordinal,
    DeviceUuid: ({ guid }) => guid,
    // Mail, user and UDID of an unenrolled device are empty: facts/workspace-one.md §5.
    Udid: ({ enrollment, udid }) => (enrollment === 'unenrolled' ? '' : udid),
    SerialNumber: ({ serial }) => serial,
    DeviceFriendlyName: ({ user, model }) => `${user?.name ?? 'staging'} ${model}`,
    OrganizationGroupId: ({ organizationGroup }) => groups.named(organizationGroup).id,
    OrganizationGroupUuid: ({ organizationGroup }) => groups.named(organizationGroup).uuid,
    UserName: ({ enrollment, user }) => (enrollment === 'unenrolled' ? '' : (user?.name ?? '')),
    LastSeen: ({ lastSeenAt }) => zonelessTime(lastSeenAt, offsetMinutes),
    EnrollmentDate: ({ enrolledAt }) => zonelessTime(enrolledAt, offsetMinutes),
    Compliant: (device) => complianceStatus(device) === 'Compliant',
    AssetNumber: ({ udid }) => udid,
    EnrollmentStatus: ({ enrollment }) => searchEnrollment(enrollment),
    UnEnrolledDate: (device) =>
      device.enrollment === 'unenrolled' ? zonelessTime(statusChangedAt(device), offsetMinutes) : NEVER,
    DeviceNetworkInfo: {},
    Products: [],
    SmartGroups: [],
    CustomAttributes: [],
  });
}

/**
 * When the enrollment status changed last: a phone that left is last heard of when it leaves, any other has been
 * enrolled since its enrollment. @returns milliseconds since the epoch.
 */
export function statusChangedAt({ enrollment, lastSeenAt, enrolledAt }: SyntheticDevice): number {
  return enrollment === 'enrolled' || enrollment === 'pending' ? enrolledAt : lastSeenAt;
}
