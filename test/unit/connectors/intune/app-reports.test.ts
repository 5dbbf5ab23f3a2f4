import { planAppReports, readAppRows, wantedReport } from '../../../../connectors/intune/app-reports';
import type { AppReport } from '../../../../connectors/intune/app-reports';
import { readCsv } from '../../../../connectors/intune/csv-rows';
import { guid } from './fake-graph';

const MESSAGES = 'com.google.android.apps.messaging';
const CARRIER_SERVICES = 'com.google.android.ims';
const VERSION = 'messages.android_20260903_04_rc04.phone_dynamic';

const labelled: AppReport = { kind: 'labelled', appId: MESSAGES, name: 'Messages' };
const assigned: AppReport = { kind: 'assigned', appId: MESSAGES, catalogId: guid(500) };

const HEADER = 'DeviceId,Platform,ApplicationName,ApplicationPublisher,ApplicationShortVersion,ApplicationVersion';
const read = (...lines: readonly string[]) =>
  readAppRows(labelled, readCsv(Buffer.from([HEADER, ...lines].join('\n'))), {});

describe('a row labelled "Messages"', () => {
  it.each([
    ['the version name stands in either column', `${guid(1)},Android,Messages,,0,${VERSION}`, VERSION],
    ['the version name stands in either column', `${guid(1)},Android,Messages,,${VERSION},322660063`, VERSION],
    ['work profile', `${guid(1)},AndroidWorkProfile,Messages,Google LLC,${VERSION},1`, VERSION],
    ['a version of unknown form, vouched for by its publisher', `${guid(1)},Android,Messages,Google LLC,26.1,`, '26.1'],
    ['no version at all', `${guid(1)},Android,Messages,Google LLC,,`, null],
  ])('is Google Messages: %s', (_, line, version) => {
    expect(read(line)).toMatchObject({
      apps: [{ vendorId: guid(1), appId: MESSAGES, name: 'Messages', version, versionCode: null, installed: true }],
      doubtful: 0,
      unasked: 0,
    });
  });

  it.each([
    ['another publisher', `${guid(1)},Android,Messages,Samsung Electronics,15.2.00.45,1`, { doubtful: 0, unasked: 0 }],
    ['another platform', `${guid(1)},iOS,Messages,Apple,26.1,26.1`, { doubtful: 0, unasked: 0 }],
    [
      'no publisher and another form of version: perhaps a namesake',
      `${guid(1)},Android,Messages,,15.2.00.45,1`,
      { doubtful: 1, unasked: 0 },
    ],
    [
      'T4: another label, so the filter was ignored',
      `${guid(1)},Android,Chrome,Google LLC,1,1`,
      { doubtful: 0, unasked: 1 },
    ],
  ])('is not: %s', (_, line, counts) => {
    expect(read(line)).toMatchObject({ apps: [], quarantined: [], ...counts });
  });

  it('without a device is quarantined, with the reason and without values', () => {
    const { quarantined } = read(
      `00000000-0000-0000-0000-000000000000,Android,Messages,,,${VERSION}`,
      `${guid(1)},Android`,
    );
    expect(quarantined).toEqual([
      { vendorId: null, reason: 'labelled app report: a row without a device id' },
      { vendorId: null, reason: 'labelled app report: a row without a device id' },
    ]);
  });
});

describe('the install status of an assigned app', () => {
  const status = (...lines: readonly string[]) =>
    readAppRows(
      assigned,
      readCsv(Buffer.from(['DeviceId,ApplicationId,AppVersion,AppInstallState', ...lines].join('\n'))),
      {},
    );

  it('gives the version where there is one; a blank one says nothing, not even that the app is missing', () => {
    expect(status(`${guid(1)},${guid(500)},${VERSION},1`, `${guid(2)},${guid(500)},,1`).apps).toEqual([
      { vendorId: guid(1), appId: MESSAGES, name: null, version: VERSION, versionCode: null, installed: true },
    ]);
  });

  it('of another app is dropped and counted', () => {
    expect(status(`${guid(1)},${guid(501)},1.0,1`)).toMatchObject({ apps: [], unasked: 1 });
  });
});

describe('the plan', () => {
  it('asks by label for the Google apps and by catalogue id for what is assigned, surest last', () => {
    const plan = planAppReports({ watchedApps: [MESSAGES, CARRIER_SERVICES, 'com.example.x'] }, [
      { id: guid(500), appId: MESSAGES },
    ]);
    expect(plan).toEqual([
      { kind: 'labelled', appId: MESSAGES, name: 'Messages' },
      { kind: 'labelled', appId: MESSAGES, name: 'Google Messages' },
      { kind: 'labelled', appId: CARRIER_SERVICES, name: 'Carrier Services' },
      { kind: 'assigned', appId: MESSAGES, catalogId: guid(500) },
    ]);
  });

  it('takes other labels from the settings', () => {
    const appLabels = { [MESSAGES]: { names: ["L'appli"], platform: 'android' } } as const;
    const [report] = planAppReports({ watchedApps: [MESSAGES], appLabels }, []);
    expect(report).toEqual({ kind: 'labelled', appId: MESSAGES, name: "L'appli" });
    // OData doubles a quote inside a literal.
    expect(wantedReport(report!).filter).toBe("(ApplicationName eq 'L''appli')");
  });

  it('T13: the install status is always filtered by its app', () => {
    expect(wantedReport(assigned)).toMatchObject({
      names: ['DeviceInstallStatusByApp'],
      filter: `(ApplicationId eq '${guid(500)}')`,
    });
  });
});
