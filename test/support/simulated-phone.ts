/** One synthetic device made by hand, for tests of what a simulator makes of it. */
import type { SyntheticDevice, SyntheticSim } from '../../simulators/fleet/synthetic-device';

export const SIM: SyntheticSim = {
  slot: 1,
  phone: '+12015550123',
  iccid: '89012600000000000018',
  eid: '89049032000000000000000000000017',
  imei: '001001000000017',
  carrier: 'Example Mobile US',
  mcc: '310',
  mnc: '260',
  carrierSettings: '66.0',
  roaming: false,
  currentMcc: '310',
  currentMnc: '260',
};

const IPHONE: SyntheticDevice = {
  ordinal: 1,
  guid: '11111111-1111-4111-8111-000000000001',
  secondGuid: '22222222-2222-4222-8222-000000000001',
  udid: '00008110-0000000000000001',
  platform: 'ios',
  manufacturer: 'Apple',
  model: 'iPhone 16',
  modelId: 'iPhone17,3',
  osVersion: '26.5.1',
  osBuild: '23F81',
  osExtra: '',
  securityPatch: null,
  serial: 'SYN000000001',
  imei: '001001000000017',
  ownership: 'corporate',
  mode: 'supervised',
  enrollment: 'enrolled',
  enrolledAt: Date.parse('2026-01-01T06:00:00.077Z'),
  lastSeenAt: Date.parse('2026-11-20T10:00:00.150Z'),
  inventoryAt: Date.parse('2026-11-20T09:00:00.000Z'),
  jailbroken: false,
  user: { id: '33333333-3333-4333-8333-000000000001', name: 'user1', email: 'user1@example.com' },
  organizationGroup: 'Head Office',
  category: 'Corporate',
  enrollmentProfile: 'Corporate iPhones',
  groups: [],
  sims: [SIM],
  apps: [],
};

/** A supervised iPhone with one line, unless told otherwise. */
export function simulatedIphone(fields: Partial<SyntheticDevice> = {}): SyntheticDevice {
  return { ...IPHONE, ...fields };
}

/** A fully managed Samsung phone with one line, unless told otherwise. */
export function simulatedAndroid(fields: Partial<SyntheticDevice> = {}): SyntheticDevice {
  return {
    ...IPHONE,
    platform: 'android',
    manufacturer: 'Samsung',
    model: 'Galaxy S24',
    modelId: 'SM-S921B',
    osVersion: '16',
    osBuild: 'BP2A.261005.002',
    securityPatch: '2026-10-05',
    mode: 'fully-managed',
    sims: [{ ...SIM, eid: null }],
    ...fields,
  };
}
