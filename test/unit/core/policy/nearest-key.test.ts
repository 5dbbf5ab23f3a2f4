import { nearestKey } from '../../../../core/policy/nearest-key';

const KEYS = ['carriers', 'groups', 'grace', 'maxAgeDays', 'slots'];

describe('the nearest key', () => {
  it.each<[string, string | null, string]>([
    ['carrier', 'carriers', 'a letter is missing'],
    ['cariers', 'carriers', 'a letter is missing inside'],
    ['gruops', 'groups', 'two letters changed places'],
    ['GRACE', 'grace', 'case does not count'],
    ['maxAge', 'maxAgeDays', 'cut short'],
    ['slotsOfPhone', 'slots', 'one word too many'],
    ['exceptions', null, 'nothing is near'],
    ['x', null, 'too short to resemble anything'],
    ['', null, 'nothing was written'],
  ])('%p: %p, since %s', (word, nearest) => {
    expect(nearestKey(word, KEYS)).toBe(nearest);
  });

  it('is the nearer one of two', () => {
    expect(nearestKey('grops', ['grape', 'groups'])).toBe('groups');
  });
});
