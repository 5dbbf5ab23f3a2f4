import { decodeAppRows } from '../../../../connectors/workspace-one/app-versions';
import { readVector } from '../../../support/read-vector';
import { describeWithVectors } from '../../../support/vectors';

const MESSAGES = { appId: 'com.google.android.apps.messaging', name: 'Google Messages', only: true };
const row = (device_uuid: string, installed_status: unknown, installed_version: unknown = null) => ({
  device_uuid,
  installed_status,
  installed_version,
});

describe('rows of one app', () => {
  test.each([
    { row: row('A1', 'Installed', '1.2.3'), seen: { installed: true, version: '1.2.3' }, reason: 'installed' },
    { row: row('A1', 'Installed', ''), seen: { installed: true, version: null }, reason: 'the version is not told' },
    { row: row('A1', 'Installed', '1.2\u0000'), seen: { installed: true, version: '1.2' }, reason: 'NUL (§8 case 7)' },
    {
      row: row('A1', 'Installed\u0000', '1.2'),
      seen: { installed: true, version: '1.2' },
      reason: 'NUL in the status',
    },
    { row: row('A1', 'NotInstalled', '1.2'), seen: { installed: false, version: null }, reason: 'assigned, not there' },
  ])('$row.installed_status: $reason', ({ row: one, seen }) => {
    expect(decodeAppRows([one], MESSAGES).apps).toEqual([
      { vendorId: 'a1', appId: MESSAGES.appId, name: MESSAGES.name, versionCode: null, ...seen },
    ]);
  });

  test.each([
    { status: 'PendingInstall', reason: 'an order on its way says nothing about the phone' },
    { status: null, reason: 'no status, no observation' },
  ])('$status: $reason', ({ status }) => {
    expect(decodeAppRows([row('a', status, '1.2')], MESSAGES)).toMatchObject({ apps: [], quarantined: [] });
  });

  test('where the app stands in the catalogue twice, only "installed" counts: the other entry may know better', () => {
    const rows = [row('a', 'NotInstalled'), row('b', 'Installed', '1.2')];
    expect(decodeAppRows(rows, { ...MESSAGES, only: false }).apps.map(({ vendorId }) => vendorId)).toEqual(['b']);
  });

  test('one bad row is quarantined with the name of the app', () => {
    const page = decodeAppRows([{ installed_status: 'Installed' }, row('b', 'Installed', '1')], MESSAGES);
    expect(page.apps).toHaveLength(1);
    expect(page.quarantined).toEqual([{ vendorId: null, reason: expect.stringContaining(MESSAGES.appId) }]);
  });

  test('a device that stands twice is one observation', () => {
    const page = decodeAppRows([row('a', 'Installed', '1'), row('A', 'Installed', '2')], MESSAGES);
    expect(page.apps).toMatchObject([{ vendorId: 'a', version: '2' }]);
    expect(page.duplicates).toBe(1);
  });
});

describeWithVectors('reconstructed answers: devices of one app', () => {
  test('the record becomes one observation', () => {
    const { devices } = readVector('fixtures/ws1/reconstructed/app_devices_v1.json') as { devices: unknown[] };
    expect(decodeAppRows(devices, MESSAGES)).toEqual({
      devices: [],
      apps: [
        {
          vendorId: '00000000-0000-4000-8000-0000000000d1',
          appId: MESSAGES.appId,
          name: MESSAGES.name,
          version: '1.2.3',
          versionCode: null,
          installed: true,
        },
      ],
      quarantined: [],
      duplicates: 0,
    });
  });
});
