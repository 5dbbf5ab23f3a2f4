import { labelOf, matchLabel } from '../../../../connectors/intune/app-labels';
import type { AppLabel } from '../../../../connectors/intune/settings';

const APP = 'com.example.chat';
const label: AppLabel = { names: ['Chat'], platform: 'android', publisher: 'Example Ltd' };
const row = { name: 'Chat', publisher: 'EXAMPLE LTD.', platform: 'Android', shortVersion: '4.2', version: '402' };

describe('labels that the configuration adds', () => {
  test('stand beside the built-in ones, and replace one of the same app', () => {
    const appLabels = { [APP]: label, 'com.google.android.ims': label };
    expect(labelOf(APP, { appLabels })).toBe(label);
    expect(labelOf('com.google.android.ims', { appLabels })).toBe(label);
    expect(labelOf('com.google.android.apps.messaging', { appLabels })).toMatchObject({ publisher: 'Google' });
    expect(labelOf('com.example.unknown', { appLabels })).toBeNull();
  });

  test.each<[string, Partial<typeof row> | { publisher: null }, unknown]>([
    ['the app', {}, { kind: 'match', version: '4.2' }],
    ['a namesake of another publisher', { publisher: 'Other Inc' }, { kind: 'other' }],
    ['no publisher', { publisher: null }, { kind: 'match', version: '4.2' }],
    ['another platform', { platform: 'iOS' }, { kind: 'other' }],
    ['a label that only begins alike', { name: 'Chat Pro' }, { kind: 'other' }],
  ])('recognise %s', (_, change, expected) => {
    expect(matchLabel(APP, label, 'Chat', { ...row, ...change })).toEqual(expected);
  });
});
