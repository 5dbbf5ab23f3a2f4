import { readCsv } from '../../../../connectors/intune/csv-rows';
import { deviceRows, DEVICE_REPORT_SELECT, hasDeviceColumns } from '../../../../connectors/intune/export-columns';

const rows = (text: string): readonly unknown[] => deviceRows(readCsv(Buffer.from(text)));

describe('columns of DevicesWithInventory', () => {
  it.each([
    ['DeviceId,LastContact,DeviceType,ICCID', 'request names'],
    ['Device ID,Last check-in,OS,ICCID', 'received headers'],
    ['"Device ID","Last check-in","OS","ICCID"', 'quoted headers'],
    ['DEVICE ID,last-check in,os,iccid', 'other case and marks'],
  ])('are understood as %s (%s)', (header) => {
    expect(rows(`${header}\n1,2026-11-01 08:27:37.0000000,iOS,8901\n`)).toEqual([
      { id: '1', lastSyncDateTime: '2026-11-01 08:27:37.0000000', operatingSystem: 'iOS', iccid: '8901' },
    ]);
  });

  it('may come in any order and with strangers among them', () => {
    expect(rows('OS,New column,Device ID\niOS,x,1\n')).toEqual([{ operatingSystem: 'iOS', id: '1' }]);
  });

  it('prefer the localised twin of a numeric column, on either side of it', () => {
    expect(rows('DeviceId,OwnerType,OwnerType_loc\n1,1,Corporate\n')).toEqual([
      { id: '1', managedDeviceOwnerType: 'Corporate' },
    ]);
    expect(rows('OwnerType_loc,OwnerType,DeviceId\nCorporate,1,1\n')).toEqual([
      { id: '1', managedDeviceOwnerType: 'Corporate' },
    ]);
  });

  it.each([
    ['True', true],
    ['No', false],
    ['', null],
    ['maybe', null],
  ])('supervised "%s" is %s', (text, expected) => {
    expect(rows(`DeviceId,IsSupervised\n1,${text}\n`)).toEqual([{ id: '1', isSupervised: expected }]);
  });

  it('a row with too few or too many cells is broken, since its values stand under the wrong names', () => {
    expect(rows('DeviceId,OS\n1\n1,2,3\n1,2\n')).toEqual([null, null, { id: '1', operatingSystem: '2' }]);
  });

  it('without id, platform or time there is no device report', () => {
    expect(hasDeviceColumns(['Device ID', 'OS', 'Last check-in'])).toBe(true);
    expect(hasDeviceColumns(['Device ID', 'OS'])).toBe(false);
    expect(hasDeviceColumns(DEVICE_REPORT_SELECT)).toBe(true);
  });
});
