import { androidApiLevel, apiLevelOf } from '../../../../core/device/android-release';

describe('the API level of an Android release', () => {
  test.each([
    ['17', 37, 'the newest known'],
    ['16', 36, ''],
    ['16.0', 36, 'a minor 0 changes nothing'],
    ['16.0.0', 36, 'nor does a second one'],
    ['Android 15', 35, 'the product name is dropped'],
    ['16 QPR2', 36, 'quarterly releases keep the level'],
    ['14_r21', 34, 'what the maker puts behind it is dropped'],
    ['12', 31, ''],
    ['12L', 32, 'the large-screen release is one more'],
    ['12l', 32, 'in either case'],
    ['12.1', 32, 'its other name'],
    ['10', 29, ''],
    ['9', 28, 'below ten, and not above it as text'],
    ['8.1.0', 27, ''],
    ['8.0.0', 26, ''],
    ['5.1.1', 22, 'old phones fail, they are not unknown'],
    ['18', 38, 'one that comes after the table is newer than all in it'],
  ])('%s → %p %s', (release, level) => {
    expect(androidApiLevel(release)).toBe(level);
  });

  test.each<[string | null, string]>([
    [null, 'absent'],
    ['', 'empty'],
    ['Baklava', 'a codename'],
    ['CinnamonBun', 'a codename'],
    ['VanillaIceCream', 'a codename'],
    ['Unknown', 'a word'],
    ['34', 'an API level in the wrong field'],
    ['29', 'an API level in the wrong field: not an Android of the far future'],
    ['13L', 'only 12 had such a release'],
    ['4.4', 'before all that matters'],
    ['0', 'a placeholder'],
  ])('%p is unknown: %s', (release) => {
    expect(androidApiLevel(release)).toBeNull();
  });

  test('the level that the MDM states wins over the release', () => {
    expect(apiLevelOf({ apiLevel: 36, osVersion: '12' })).toBe(36);
    expect(apiLevelOf({ apiLevel: null, osVersion: '12' })).toBe(31);
    expect(apiLevelOf({ apiLevel: null, osVersion: 'Baklava' })).toBeNull();
  });
});
