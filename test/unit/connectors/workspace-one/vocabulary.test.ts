import {
  enrollmentState,
  isInstalled,
  managementMode,
  ownership,
  platform,
} from '../../../../connectors/workspace-one/vocabulary';

describe('enrollment', () => {
  test.each([
    ['Enrolled', 'enrolled'],
    ['ENROLLED', 'enrolled'],
    ['EnrollmentInProgress', 'pending'],
    ['ENROLLMENT_IN_PROGRESS', 'pending'],
    ['Discovered', 'pending'],
    ['Registered', 'pending'],
    ['EnterpriseWipePending', 'retire-pending'],
    ['RetireInitiated', 'retire-pending'],
    ['DeviceWipePending', 'wipe-pending'],
    ['DeviceWipeInitiated', 'wipe-pending'],
    ['WipeInitiated', 'wipe-pending'],
    ['Unenrolled', 'unenrolled'],
    ['EnrollmentBlocked', 'unknown'],
    ['SomethingOf2030', 'unknown'],
    [null, 'unknown'],
  ] as const)('%s is %s', (word, state) => {
    expect(enrollmentState(word)).toBe(state);
  });
});

describe('ownership, by letter and by word', () => {
  test.each([
    ['C', 'corporate'],
    ['CORPORATE', 'corporate'],
    ['CorporateDedicated', 'corporate'],
    ['S', 'corporate'],
    ['CorporateShared', 'corporate'],
    ['E', 'personal'],
    ['EMPLOYEE', 'personal'],
    ['EmployeeOwned', 'personal'],
    ['Undefined', 'unknown'],
    ['', 'unknown'],
    [null, 'unknown'],
  ] as const)('%s is %s', (word, owner) => {
    expect(ownership(word)).toBe(owner);
  });
});

describe('platform', () => {
  test.each([
    ['Apple', 'iPhone 16', 'ios'],
    ['Apple', 'iPad Air (5th generation)', 'ipados'],
    ['Apple', 'iPod touch', 'other'],
    ['Apple', 'Apple TV 4K', 'other'],
    ['Apple', null, 'ios'],
    ['APPLE', 'iPhone SE', 'ios'],
    ['Apple iOS', 'iPad', 'ipados'],
    ['Android', 'Pixel 9', 'android'],
    ['ANDROID', null, 'android'],
    ['AppleOsX', 'MacBook Pro', 'macos'],
    ['APPLE_OS_X', null, 'macos'],
    ['WinRT', 'Inspiron 5567', 'windows'],
    ['WIN_RT', null, 'windows'],
    ['Windows 10', null, 'windows'],
    ['To do', null, 'other'],
    ['ChromeOS', null, 'other'],
    [null, 'iPhone 16', 'other'],
  ] as const)('%s with model %s is %s', (word, model, found) => {
    expect(platform(word, model)).toBe(found);
  });
});

describe('management mode: what the row tells for certain, else unknown', () => {
  test.each([
    { of: ['ios', true, 'corporate', '1'] as const, mode: 'supervised', reason: 'the row says so' },
    { of: ['ipados', true, 'unknown', null] as const, mode: 'supervised', reason: 'supervision needs no owner' },
    { of: ['ios', false, 'corporate', '1'] as const, mode: 'device', reason: 'the company’s, under MDM' },
    { of: ['ios', false, 'personal', '1'] as const, mode: 'unknown', reason: 'device or user enrollment' },
    { of: ['ios', false, 'corporate', '0'] as const, mode: 'unknown', reason: 'managed by something else' },
    { of: ['ios', null, 'corporate', '1'] as const, mode: 'unknown', reason: 'supervision not told' },
    {
      of: ['android', null, 'corporate', '1'] as const,
      mode: 'unknown',
      reason: 'fully managed, dedicated or with a work profile',
    },
    {
      of: ['android', null, 'personal', '1'] as const,
      mode: 'unknown',
      reason: 'work profile or device administrator',
    },
    { of: ['windows', null, 'corporate', '1'] as const, mode: 'unknown', reason: 'no phone' },
  ])('$of: $reason', ({ of: [found, supervised, owner, managedBy], mode }) => {
    expect(managementMode(found, supervised, owner, managedBy)).toBe(mode);
  });
});

describe('whether an app is installed', () => {
  test.each([
    ['Installed', true],
    ['installed', true],
    ['NotInstalled', false],
    ['Not Installed', false],
    ['Removed', false],
    ['PendingInstall', null],
    ['UserRejected', null],
    ['', null],
    [null, null],
  ] as const)('%s: %s', (status, installed) => {
    expect(isInstalled(status)).toBe(installed);
  });
});
