import type { InstalledApp, ManagedDevice } from '../../../../core/device/managed-device';
import type { AppObservation } from '../../../../core/ports/inventory-source';
import { withApps } from '../../../../core/sweep/complete-apps';
import { makeDevice } from '../../../support/make-device';

const observation = (appId: string, fields: Partial<AppObservation> = {}): AppObservation => ({
  vendorId: '1',
  appId,
  name: appId,
  version: '1.0',
  versionCode: null,
  installed: true,
  ...fields,
});

const app = (id: string, version = '1.0'): InstalledApp => ({ id, name: id, version, versionCode: null, track: null });

const outcome = ({ apps, answeredApps }: ManagedDevice): unknown => ({ apps, answeredApps });

describe('what app reports add to a device', () => {
  test.each<[string, InstalledApp[] | null, AppObservation[], unknown]>([
    ['nothing said, nothing known', null, [], { apps: null, answeredApps: undefined }],
    [
      'one app of a closed list leaves the others unanswered',
      null,
      [observation('a')],
      { apps: [app('a')], answeredApps: ['a'] },
    ],
    [
      'an app said to be missing from a closed list is answered',
      null,
      [observation('a', { installed: false })],
      { apps: [], answeredApps: ['a'] },
    ],
    ['a whole list stays whole', [], [observation('a')], { apps: [app('a')], answeredApps: undefined }],
    [
      'a report renews the version of the own list and keeps its other apps',
      [app('a'), app('b')],
      [observation('a', { version: '2.0' })],
      { apps: [app('b'), app('a', '2.0')], answeredApps: undefined },
    ],
    [
      'of two reports of one app the later one stands',
      null,
      [observation('a'), observation('a', { installed: false })],
      { apps: [], answeredApps: ['a'] },
    ],
  ])('%s', (_, apps, observations, expected) => {
    expect(outcome(withApps(makeDevice('1', { apps }), observations))).toEqual(expected);
  });

  test('later reports add to what earlier ones answered', () => {
    const device = withApps(makeDevice('1', { apps: null }), [observation('a')]);
    expect(outcome(withApps(device, [observation('b')]))).toEqual({
      apps: [app('a'), app('b')],
      answeredApps: ['a', 'b'],
    });
  });
});
