/**
 * The two sections about SIMs. NETWORK shows the first one only, but knows its home network; SERVICE_SUBSCRIPTIONS has
 * a row per slot with the visited network and the subscriber's carrier by name (facts/jamf-pro.md §2.2).
 */
import type { SyntheticDevice, SyntheticSim } from '../fleet/synthetic-device';
import { jsonTemplate } from '../kit/json-template';
import type { JsonTemplate } from '../kit/json-template';
import { orNull, spacedIccid, spacedImei, spacedNumber } from './jamf-formats';

type Sim = SyntheticSim;

const currentCarrier = ({ roaming, carrier }: Sim): string => (roaming ? 'Visited Network' : carrier);

const SINGLE_SIM = jsonTemplate<Sim>({
  cellularTechnology: 'GSM',
  voiceRoamingEnabled: null,
  imei: ({ imei }) => spacedImei(imei),
  iccid: ({ iccid }) => spacedIccid(iccid),
  meid: ({ imei }) => orNull(imei.slice(0, 14)),
  eid: ({ eid }) => eid,
  carrierSettingsVersion: ({ carrierSettings }) => carrierSettings,
  currentCarrierNetwork: currentCarrier,
  currentMobileCountryCode: ({ currentMcc }) => currentMcc,
  currentMobileNetworkCode: ({ currentMnc }) => currentMnc,
  homeCarrierNetwork: ({ carrier }) => carrier,
  homeMobileCountryCode: ({ mcc }) => mcc,
  homeMobileNetworkCode: ({ mnc }) => mnc,
  dataRoamingEnabled: ({ roaming }) => roaming,
  roaming: ({ roaming }) => roaming,
  personalHotspotEnabled: false,
  phoneNumber: ({ phone }) => (phone === null ? '' : spacedNumber(phone)),
  preferredVoiceNumber: ({ phone }) => phone ?? '',
});

const NO_SIM = jsonTemplate<SyntheticDevice>({
  cellularTechnology: 'None',
  voiceRoamingEnabled: null,
  imei: ({ imei }) => spacedImei(imei),
  iccid: null,
  meid: null,
  eid: null,
  carrierSettingsVersion: null,
  currentCarrierNetwork: null,
  currentMobileCountryCode: null,
  currentMobileNetworkCode: null,
  homeCarrierNetwork: null,
  homeMobileCountryCode: null,
  homeMobileNetworkCode: null,
  dataRoamingEnabled: null,
  roaming: false,
  personalHotspotEnabled: false,
  phoneNumber: '',
  preferredVoiceNumber: '',
});

/** The NETWORK section. */
export const network: JsonTemplate<SyntheticDevice> = (writer, device) => {
  const [sim] = device.sims;
  if (sim === undefined) NO_SIM(writer, device);
  else SINGLE_SIM(writer, sim);
};

/** One row of SERVICE_SUBSCRIPTIONS. */
export const subscription = jsonTemplate<Sim>({
  carrierSettingsVersion: ({ carrierSettings }) => carrierSettings,
  currentCarrierNetwork: currentCarrier,
  currentMobileCountryCode: ({ currentMcc }) => currentMcc,
  currentMobileNetworkCode: ({ currentMnc }) => currentMnc,
  subscriberCarrierNetwork: ({ carrier }) => carrier,
  eid: ({ eid }) => eid,
  iccid: ({ iccid }) => spacedIccid(iccid),
  imei: ({ imei }) => spacedImei(imei),
  dataPreferred: ({ slot }) => slot === 1,
  roaming: ({ roaming }) => roaming,
  voicePreferred: ({ slot }) => slot === 1,
  label: ({ slot }) => (slot === 1 ? 'Primary' : 'Secondary'),
  labelId: ({ slot }) => `00000000-0000-4000-8000-00000000000${slot}`,
  meid: ({ imei }) => orNull(imei.slice(0, 14)),
  phoneNumber: ({ phone }) => phone ?? '',
  slot: ({ slot }) => (slot === 1 ? 'CTSubscriptionSlotOne' : 'CTSubscriptionSlotTwo'),
});
