/** `GET /mdm/devices/{uuid}` v2: camelCase, and times with a zone (facts/workspace-one.md §2.4). */
import type { SyntheticDevice } from '../fleet/synthetic-device';
import type { OrganizationGroups } from './organization-groups';
import { zonedTime } from './uem-time';
import { complianceStatus, deviceEnrollment, deviceOwnership, searchPlatform } from './uem-words';

export function deviceV2(device: SyntheticDevice, groups: OrganizationGroups): Readonly<Record<string, unknown>> {
  const { user, sims, platform } = device;
  const group = groups.named(device.organizationGroup);
  return {
    udid: device.udid,
    serialNumber: device.serial,
    imei: device.imei,
    friendlyName: `${user?.name ?? 'staging'} ${device.model}`,
    organizationGroupName: group.name,
    supervised: device.mode === 'supervised',
    dataEncrypted: true,
    platformInfo: {
      deviceType: searchPlatform(platform),
      platformName: searchPlatform(platform),
      modelName: device.model,
      osVersion: device.osVersion,
    },
    carrierInfo: { phoneNumber: sims[0]?.phone ?? '', roamingEnabled: sims.some(({ roaming }) => roaming) },
    enrollmentInfo: {
      enrollmentStatus: deviceEnrollment(device.enrollment),
      compliant: complianceStatus(device) === 'Compliant',
      enrollmentTimestamp: zonedTime(device.enrolledAt),
      lastSeenTimestamp: zonedTime(device.lastSeenAt),
      ownership: deviceOwnership(device),
      organizationGroupId: group.uuid,
      organizationGroupName: group.name,
      userName: user?.name ?? '',
      userEmailAddress: user?.email ?? '',
      enrollmentUserUuid: user?.id ?? '',
      managedBy: 'MDM',
    },
    OSBuildVersion: device.osBuild,
    uuid: device.guid,
  };
}
