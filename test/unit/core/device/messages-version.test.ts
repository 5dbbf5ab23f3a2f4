import fc from 'fast-check';
import {
  CARRIER_SERVICES,
  compareAppVersions,
  compareMessagesNames,
  GOOGLE_MESSAGES,
  messagesChannel,
  parseClientVersion,
  parseMessagesName,
  releaseOfCode,
} from '../../../../core/device/messages-version';
import type { AppComparison } from '../../../../core/device/messages-version';

const OTHER = 'com.example.companion';
const NAME = 'messages.android_20260817_05_RC06.phone_dynamic';
const OLDER = 'messages.android_20260803_03_RC02.phone_dynamic';

describe('comparing an installed app with a minimum', () => {
  test.each<[string, number | null, string | null, number | null, string | null, AppComparison, string]>([
    [GOOGLE_MESSAGES, 321057063, null, 321057063, null, 'equal', 'the same code'],
    [GOOGLE_MESSAGES, 321057021, null, 321057063, null, 'equal', 'another variant of the same build'],
    [GOOGLE_MESSAGES, 321056063, null, 321057000, null, 'lower', 'an older build'],
    [GOOGLE_MESSAGES, 322660063, null, 321057063, null, 'higher', 'a newer build'],
    [GOOGLE_MESSAGES, null, NAME, null, OLDER, 'higher', 'names by their date'],
    [
      GOOGLE_MESSAGES,
      null,
      NAME.replace('RC06', 'rc05'),
      null,
      NAME,
      'lower',
      'names by their candidate, in either case',
    ],
    [GOOGLE_MESSAGES, null, NAME.replace('_05_', '_06_'), null, NAME, 'higher', 'names by their number of the day'],
    [
      GOOGLE_MESSAGES,
      null,
      NAME.replace('.phone_dynamic', '.phone.openbeta'),
      null,
      NAME,
      'equal',
      'the flavour orders nothing',
    ],
    [GOOGLE_MESSAGES, 321057063, NAME, null, OLDER, 'higher', 'names where one code is missing'],
    [GOOGLE_MESSAGES, 321057063, null, null, NAME, 'unknown', 'never a code with a name'],
    [GOOGLE_MESSAGES, null, '8.1.050', null, NAME, 'unknown', 'a name of another form is opaque'],
    [GOOGLE_MESSAGES, null, '8.1.050', null, '8.0', 'unknown', 'even beside another of that form'],
    [GOOGLE_MESSAGES, null, null, 321057063, null, 'unknown', 'nothing seen'],
    [CARRIER_SERVICES, 41, null, 42, null, 'lower', 'whole codes: nothing says that digits may be cut'],
    [CARRIER_SERVICES, null, '62.1', null, '61.9', 'unknown', 'no source tells how its names are ordered'],
    [OTHER, 57, null, 42, null, 'higher', 'small codes are not cut to nothing'],
    [OTHER, null, '2.10', null, '2.9.1', 'higher', 'dotted numbers part by part'],
    [OTHER, null, '2.9', null, '2.9.0', 'equal', 'missing parts are 0'],
    [OTHER, null, '4.13.0(52.2102042.000)', null, '4.13', 'equal', 'a build in brackets is dropped'],
    [OTHER, null, '2.9-beta', null, '2.9', 'unknown', 'no dotted number'],
    [OTHER, null, null, null, '2.9', 'unknown', 'nothing seen'],
  ])('%s %p %p against %p %p is %s: %s', (id, versionCode, version, minimumCode, minimumName, expected) => {
    expect(compareAppVersions({ id, versionCode, version }, { versionCode: minimumCode, version: minimumName })).toBe(
      expected,
    );
  });

  test('names are ordered antisymmetrically and transitively', () => {
    const name = fc.record({
      date: fc.constantFrom(20250225, 20260210, 20260817),
      build: fc.integer({ min: 0, max: 9 }),
      candidate: fc.integer({ min: 0, max: 9 }),
      suffix: fc.constantFrom('', '.phone_dynamic'),
    });
    fc.assert(
      fc.property(name, name, name, (a, b, c) => {
        expect(Math.sign(compareMessagesNames(a, b))).toBe(-Math.sign(compareMessagesNames(b, a)) + 0);
        if (compareMessagesNames(a, b) <= 0 && compareMessagesNames(b, c) <= 0) {
          expect(compareMessagesNames(a, c)).toBeLessThanOrEqual(0);
        }
      }),
    );
  });

  test('what is unknown one way is unknown the other way', () => {
    const version = fc.record({
      versionCode: fc.option(fc.integer({ min: 1, max: 400_000_000 })),
      version: fc.option(fc.constantFrom(NAME, OLDER, '8.1.050', '2.9', 'x')),
    });
    fc.assert(
      fc.property(fc.constantFrom(GOOGLE_MESSAGES, CARRIER_SERVICES, OTHER), version, version, (id, one, other) => {
        const there = compareAppVersions({ id, ...one }, other);
        const back = compareAppVersions({ id, ...other }, one);
        expect(back).toBe({ lower: 'higher', higher: 'lower', equal: 'equal', unknown: 'unknown' }[there]);
      }),
    );
  });
});

describe('reading version names', () => {
  test('the flavour tells the channel', () => {
    expect(messagesChannel(NAME)).toBe('production');
    expect(messagesChannel('messages.android_20260921_01_RC00.phone.openbeta')).toBe('openbeta');
    expect(messagesChannel('messages.android_20250225_00_RC03')).toBe('unknown');
    expect(messagesChannel('messages.android_20260921_01_RC00.wear_dynamic')).toBe('unknown');
    expect(messagesChannel(null)).toBe('unknown');
  });

  test.each(['', 'messages.android_2026817_05_RC06', 'messages.ios_20260817_05_RC06', '20260817_05_RC06', null])(
    '%p is none',
    (text) => {
      expect(parseMessagesName(text)).toBeNull();
    },
  );

  test('a variant is cut from a code', () => {
    expect(releaseOfCode(321057063)).toBe(321057);
  });

  test('a client version without the right form is none', () => {
    expect(parseClientVersion('20240213-1.3')).toBeNull();
    expect(parseClientVersion(null)).toBeNull();
  });
});
