import { makeTokenBook } from '../../../simulators/token/token-book';

function book(lifetimeSeconds = 60) {
  const clock = { time: 0, now: () => clock.time };
  return { clock, tokens: makeTokenBook({ clock, lifetimeSeconds }) };
}

describe('a token', () => {
  test('is good until its lifetime has passed, to the millisecond', () => {
    const { clock, tokens } = book();
    const { value, expiresInSeconds } = tokens.issue('jamf');
    expect(expiresInSeconds).toBe(60);
    clock.time = 59_999;
    expect(tokens.check('jamf', `Bearer ${value}`)).toBe('ok');
    clock.time = 60_000;
    expect(tokens.check('jamf', `Bearer ${value}`)).toBe('expired');
  });

  test.each([
    ['no header', undefined, 'missing'],
    ['another scheme', 'Basic abc', 'missing'],
    ['no value', 'Bearer ', 'missing'],
    ['a value nobody issued', 'Bearer guessed', 'unknown'],
  ])('%s', (_why, header, verdict) => {
    expect(book().tokens.check('jamf', header)).toBe(verdict);
  });

  test('of one issuer is a stranger to another', () => {
    const { tokens } = book();
    expect(tokens.check('entra', `Bearer ${tokens.issue('jamf').value}`)).toBe('unknown');
  });

  test('that is revoked leaves the others alone', () => {
    const { tokens } = book();
    const [first, second] = [tokens.issue('jamf').value, tokens.issue('jamf').value];
    tokens.revoke(first);
    expect([first, second].map((value) => tokens.check('jamf', `Bearer ${value}`))).toEqual(['unknown', 'ok']);
  });

  test('dies with all of its issuer, and of its issuer only', () => {
    const { tokens } = book();
    const jamf = tokens.issue('jamf').value;
    const entra = tokens.issue('entra').value;
    tokens.killAll('jamf');
    expect(tokens.check('jamf', `Bearer ${jamf}`)).toBe('unknown');
    expect(tokens.check('entra', `Bearer ${entra}`)).toBe('ok');
  });
});
