import { deviceKey } from '../../core/device/managed-device';
import type { IsoTime, ManagedDevice } from '../../core/device/managed-device';

/** A phone that passes everything, to be spoiled field by field. */
export function makeDevice(vendorId: string, fields: Partial<ManagedDevice> = {}): ManagedDevice {
  const connectorId = fields.connectorId ?? 'jamf';
  return {
    deviceKey: deviceKey(connectorId, vendorId),
    connectorId,
    vendor: 'jamf',
    vendorId,
    platform: 'ios',
    osVersion: '26.6.1',
    osBuild: '23G83',
    securityPatch: null,
    apiLevel: null,
    manufacturer: 'Apple',
    model: 'iPhone 16',
    modelId: 'iPhone17,3',
    serial: `SERIAL${vendorId}`,
    imeis: [],
    udid: null,
    secondaryId: null,
    enrollment: {
      state: 'enrolled',
      raw: 'managed',
      enrolledAt: '2026-01-01T00:00:00.000Z' as IsoTime,
      lastSeenAt: '2026-11-24T00:00:00.000Z' as IsoTime,
    },
    management: {
      supervised: true,
      mode: 'supervised',
      ownership: 'corporate',
      organizationGroup: null,
      groups: null,
      category: null,
      enrollmentProfile: null,
      profiles: null,
    },
    user: { id: null, name: null, email: null },
    lines: [],
    apps: null,
    integrity: { jailbroken: false, attestation: null },
    inventoryAt: '2026-11-24T00:00:00.000Z' as IsoTime,
    observedAt: '2026-11-25T00:00:00.000Z' as IsoTime,
    ...fields,
  };
}
