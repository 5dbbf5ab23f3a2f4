/**
 * Apps of the synthetic phones. Google Messages' names and codes are the observed pairs of facts/rcs-carrier.md §4.3;
 * the open beta and the very old one continue that scheme, Carrier Services' are invented, since no scheme is known.
 */
import type { SyntheticApp } from './synthetic-device';
import { weighted } from './weighted';

export const MESSAGES_ID = 'com.google.android.apps.messaging';
export const CARRIER_SERVICES_ID = 'com.google.android.ims';

const messages = (versionCode: number, version: string): SyntheticApp => ({
  id: MESSAGES_ID,
  name: 'Messages',
  version: `messages.android_${version}`,
  versionCode,
});

const carrierServices = (versionCode: number, version: string): SyntheticApp => ({
  id: CARRIER_SERVICES_ID,
  name: 'Carrier Services',
  version,
  versionCode,
});

const MESSAGES: readonly (readonly [SyntheticApp, number])[] = [
  [messages(322660063, '20260903_04_rc04.phone_dynamic'), 34],
  [messages(321057063, '20260817_05_RC06.phone_dynamic'), 26],
  // Other screen densities have other low digits: only floor(code / 1000) says which build it is.
  [messages(321057047, '20260817_05_RC06.phone_dynamic'), 4],
  [messages(319227063, '20260803_03_RC02.phone_dynamic'), 10],
  [messages(318930063, '20260731_00_RC00.phone_dynamic'), 7],
  [messages(317307063, '20260714_00_RC00.phone_dynamic'), 6],
  [messages(299663063, '20260210_00_RC00.phone_dynamic'), 5],
  [messages(323012063, '20260910_00_RC00.phone.openbeta'), 4],
  [messages(157120063, '20230119_00_RC00.phone_dynamic'), 3],
];
const NO_MESSAGES_WEIGHT = 1;

const CARRIER_SERVICES: readonly (readonly [SyntheticApp | null, number])[] = [
  // Missing on every fifth phone, and not by itself a failure: facts/rcs-carrier.md §3.1.
  [null, 20],
  [carrierServices(20260803, '20260803.00.01'), 50],
  [carrierServices(20260210, '20260210.00.00'), 20],
  [carrierServices(20230119, '20230119.00.00'), 10],
];

/** The app lists an Android phone can have; each is drawn as often as it is likely, and shared by all phones. */
export const ANDROID_APPS: readonly (readonly SyntheticApp[])[] = weighted(
  [...MESSAGES, [null, NO_MESSAGES_WEIGHT] as const].flatMap(([app, weight]) =>
    CARRIER_SERVICES.map(
      ([services, other]) =>
        [[...(app === null ? [] : [app]), ...(services === null ? [] : [services])], (weight * other) / 10] as const,
    ),
  ),
);

const ios = (id: string, name: string, version: string): SyntheticApp => ({
  id,
  name,
  version,
  versionCode: Number(version.replaceAll('.', '')),
});

const ARCHIVER_NEW = ios('com.example.archiver', 'Archiver', '5.1.2');
const ARCHIVER_OLD = ios('com.example.archiver', 'Archiver', '4.0.0');
const KEY_COMPANION = ios('com.example.keycompanion', 'Key Companion', '1.4.0');

/** The managed apps an iPhone can have. */
export const IOS_APPS: readonly (readonly SyntheticApp[])[] = weighted([
  [[ARCHIVER_NEW, KEY_COMPANION], 50],
  [[ARCHIVER_OLD, KEY_COMPANION], 15],
  [[KEY_COMPANION], 25],
  [[], 10],
]);
