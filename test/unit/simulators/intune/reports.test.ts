import { DEVICE_INSTALL_STATUS_BY_APP } from '../../../../simulators/intune/reports/app-reports';
import { DEVICES, DEVICES_WITH_INVENTORY } from '../../../../simulators/intune/reports/device-reports';
import { chooseColumns } from '../../../../simulators/intune/reports/report-file';
import { parseReportFilter } from '../../../../simulators/intune/reports/report-filter';
import { SIM, simulatedAndroid, simulatedIphone } from '../../../support/simulated-phone';

function headers(select: readonly string[] | null): readonly string[] {
  const columns = chooseColumns(DEVICES_WITH_INVENTORY, select);
  if ('unknown' in columns) throw new Error(columns.unknown);
  return columns.map(({ header }) => header);
}

function cell(device: ReturnType<typeof simulatedIphone>, name: string): string | undefined {
  return DEVICES_WITH_INVENTORY.columns.find((column) => column.name === name)?.read({ device, app: null });
}

describe('columns of DevicesWithInventory', () => {
  // The header names are those of facts/intune-graph.md §1.5: a client asks by one name and receives another.
  it.each([
    ['DeviceId', 'Device ID'],
    ['CreatedDate', 'Enrollment date'],
    ['LastContact', 'Last check-in'],
    ['ReferenceId', 'Microsoft Entra Device ID'],
    ['AndroidPatchLevel', 'Security patch level'],
    ['SubscriberCarrierNetwork', 'Subscriber carrier'],
    ['UPN', 'Primary user UPN'],
    ['CompliantState', 'Compliance'],
    ['ManagementState', 'Device state'],
    ['DeviceRegistrationState', 'Intune registered'],
    ['DeviceType', 'OS'],
    ['PhoneNumber', 'Phone number'],
    ['ICCID', 'ICCID'],
  ])('%s comes as "%s"', (name, header) => {
    expect(headers([name])).toEqual([header]);
  });

  it('knows the documented aliases', () => {
    expect(headers(['OS', 'ComplianceState'])).toEqual(['OS', 'Compliance']);
  });

  it('gives EnrollmentType only when asked', () => {
    expect(headers(null)).not.toContain('EnrollmentType');
    expect(headers(['EnrollmentType'])).toEqual(['EnrollmentType']);
  });

  it('names a column that does not exist', () => {
    expect(chooseColumns(DEVICES_WITH_INVENTORY, ['DeviceId', 'PhoneNumberE164Format'])).toEqual({
      unknown: 'PhoneNumberE164Format',
    });
  });

  it.each([
    ['personal work profile', simulatedAndroid({ mode: 'work-profile' }), 'Android (Personally-Owned Work Profile)'],
    [
      'corporate work profile',
      simulatedAndroid({ mode: 'corporate-work-profile' }),
      'Android (Corporate-Owned Work Profile)',
    ],
    ['dedicated', simulatedAndroid({ mode: 'dedicated' }), 'Android (Dedicated)'],
    ['fully managed', simulatedAndroid(), 'Android (Fully Managed)'],
    ['tablet', simulatedIphone({ platform: 'ipados' }), 'iOS/iPadOS'],
  ])('says the enrolment of a %s in the system', (_reason, device, system) => {
    expect(cell(device, 'DeviceType')).toBe(system);
  });

  it.each([
    ['the list withholds ICCID and EID, the report does not', simulatedIphone(), 'ICCID', SIM.iccid],
    ['EIDs of Apple devices', simulatedIphone(), 'EID', SIM.eid],
    ['no EID of an Android', simulatedAndroid({ sims: [SIM] }), 'EID', ''],
    [
      'no line of a corporate phone with a work profile',
      simulatedAndroid({ mode: 'corporate-work-profile' }),
      'ICCID',
      '',
    ],
    ['times have neither T nor zone', simulatedIphone(), 'LastContact', '2026-11-20 10:00:00.0000000'],
    ['states are words', simulatedIphone({ enrollment: 'wipe-pending' }), 'ManagementState', 'Wipe pending'],
  ])('%s', (_reason, device, name, expected) => {
    expect(cell(device, name)).toBe(expected);
  });
});

describe('filter of a report', () => {
  const passes = (filter: string, device: ReturnType<typeof simulatedIphone>): boolean => {
    const parsed = parseReportFilter(DEVICES, filter);
    if ('problem' in parsed) throw new Error(parsed.problem);
    return parsed.test({ device, app: null });
  };

  it.each([
    ['enum numbers of the owner', "(OwnerType eq '1')", simulatedIphone(), true],
    ['enum numbers of the owner', "(OwnerType eq '2')", simulatedIphone(), false],
    ['times', '(LastContact gt 2026-11-20T10:00:00Z)', simulatedIphone(), true],
    ['times', '(LastContact gt 2026-11-21T00:00:00Z)', simulatedIphone(), false],
    ['and', "(OwnerType eq '1') and (LastContact gt 2026-11-21T00:00:00Z)", simulatedIphone(), false],
    ['or', "(OwnerType eq '2') or (LastContact gt 2026-11-20T00:00:00Z)", simulatedIphone(), true],
    ['nothing', '', simulatedIphone(), true],
  ])('%s: %s', (_reason, filter, device, expected) => {
    expect(passes(filter, device)).toBe(expected);
  });

  it.each([
    ['aliases are not allowed', "(OS eq 'x')"],
    ['a column that is no filter', "(SerialNumber eq 'x')"],
    ['a number whose meaning is undocumented', "(ManagementState eq '3')"],
    ['no sentence at all', 'everything'],
  ])('is refused: %s', (_reason, filter) => {
    expect(parseReportFilter(DEVICES, filter)).toHaveProperty('problem');
  });

  it('is needed by DeviceInstallStatusByApp (T13)', () => {
    expect(parseReportFilter(DEVICE_INSTALL_STATUS_BY_APP, null)).toHaveProperty('problem');
    expect(parseReportFilter(DEVICE_INSTALL_STATUS_BY_APP, "(ApplicationId eq 'x')")).toHaveProperty('test');
  });
});
