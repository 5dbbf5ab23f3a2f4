import { makeFleet } from '../../../../simulators/fleet/make-fleet';
import { parseDeviceFilter } from '../../../../simulators/intune/device-filter';

const NOW = Date.parse('2026-11-25T08:00:00Z');
const fleet = makeFleet({ mdm: 'intune', size: 300, seed: 7, now: NOW });
const devices = fleet.slice(0, 300);

function kept(filter: string): readonly number[] {
  const parsed = parseDeviceFilter(filter);
  if (parsed.kind !== 'test') throw new Error(`not evaluated: ${parsed.kind}`);
  return fleet.ordinals(0, 300).filter((ordinal) => parsed.test(fleet, ordinal));
}

const ordinals = (passes: (device: (typeof devices)[number]) => boolean): readonly number[] =>
  devices.filter(passes).map(({ ordinal }) => ordinal);

const DAY_AGO = NOW - 86_400_000;
const dayAgo = new Date(DAY_AGO).toISOString();

describe('$filter of managedDevices', () => {
  it.each<[reason: string, filter: string, expected: readonly number[]]>([
    [
      'documented: later than',
      `lastSyncDateTime gt ${dayAgo}`,
      ordinals(({ lastSeenAt }) => lastSeenAt >= DAY_AGO + 1000),
    ],
    ['documented: earlier than', `lastSyncDateTime lt ${dayAgo}`, ordinals(({ lastSeenAt }) => lastSeenAt < DAY_AGO)],
    ['documented: enrolment', `enrolledDateTime lt ${dayAgo}`, ordinals(({ enrolledAt }) => enrolledAt < DAY_AGO)],
    ['used in the field', "operatingSystem eq 'Android'", ordinals(({ platform }) => platform === 'android')],
    ['case of the value does not matter', "operatingSystem eq 'ios'", ordinals(({ platform }) => platform === 'ios')],
    [
      'contains',
      "contains(operatingSystem,'OS')",
      ordinals(({ platform }) => platform === 'ios' || platform === 'ipados'),
    ],
    ['ne is evaluated as eq (T5)', "operatingSystem ne 'Android'", ordinals(({ platform }) => platform === 'android')],
    [
      'or',
      "operatingSystem eq 'iOS' or operatingSystem eq 'iPadOS'",
      ordinals(({ platform }) => platform !== 'android' && platform !== 'windows'),
    ],
    [
      'and, with brackets',
      `(operatingSystem eq 'Android') and (lastSyncDateTime lt ${dayAgo})`,
      ordinals(({ platform, lastSeenAt }) => platform === 'android' && lastSeenAt < DAY_AGO),
    ],
    ['a doubled quote is one', "userPrincipalName eq 'o''neil@example.com'", []],
  ])('%s', (_reason, filter, expected) => {
    expect(kept(filter)).toEqual(expected);
  });

  it.each([
    ['no filter', null],
    ['a property the service does not filter by (T4)', "skuFamily eq 'x'"],
    ['an operator that is not documented for times', `lastSyncDateTime ge ${dayAgo}`],
    ['one unsupported clause spoils the whole filter', `lastSyncDateTime gt ${dayAgo} and model eq 'iPhone 16'`],
    ['contains on another property', "contains(model,'iPhone')"],
  ])('is silently ignored: %s', (_reason, filter) => {
    expect(parseDeviceFilter(filter)).toEqual({ kind: 'ignored' });
  });

  it('crashes on a list (T6)', () => {
    expect(parseDeviceFilter("id in ('a','b')")).toEqual({ kind: 'crash' });
  });

  it.each(['lastSyncDateTime gt yesterday', 'lastSyncDateTime', "deviceName eq 'x"])('is refused: %s', (filter) => {
    expect(parseDeviceFilter(filter)).toMatchObject({ kind: 'invalid' });
  });
});
