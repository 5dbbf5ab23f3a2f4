import { describeEntraError, describeGraphError } from '../../../../connectors/intune/errors';
import type { HttpAnswer } from '../../../../connectors/http/transport';

const answer = (body: unknown): HttpAnswer => ({
  status: 500,
  headers: {},
  body: Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)),
  milliseconds: 1,
});

/** As recorded: facts/intune-graph.md §2.1. */
const nested = (retryAfter: unknown): string =>
  JSON.stringify({
    _version: 3,
    Message: 'An error has occurred - Operation ID (for customer support): x',
    CustomApiErrorPhrase: '',
    RetryAfter: retryAfter,
    ErrorSourceService: '',
    HttpHeaders: '{}',
  });

describe('T6: the JSON that Intune nests as a string in error.message', () => {
  it('is decoded, so that a person reads the message and not its wrapping', () => {
    const { message } = describeGraphError(answer({ error: { code: 'InternalServerError', message: nested(null) } }));
    expect(message).toBe('InternalServerError An error has occurred - Operation ID (for customer support): x');
  });

  it.each<[unknown, number | undefined, string]>([
    [null, undefined, 'null, as recorded'],
    [30, 30, 'a number of seconds'],
    ['45', 45, 'seconds as text'],
    ['00:01:30', 90, 'a .NET time span'],
    ['soon', undefined, 'anything else is no wait'],
  ])('RetryAfter %p waits %p seconds: %s', (retryAfter, seconds) => {
    const vendor = describeGraphError(answer({ error: { code: 'X', message: nested(retryAfter) } }));
    expect(vendor.retryAfterSeconds).toBe(seconds);
  });

  it.each([
    ['<html>Bad Gateway</html>', ''],
    ['', ''],
    [
      { error: { code: 'Forbidden', message: 'Application is not authorized' } },
      'Forbidden Application is not authorized',
    ],
    [{ error: 'flat' }, ''],
  ])('other bodies: %p', (body, message) => {
    expect(describeGraphError(answer(body)).message).toBe(message);
  });
});

describe('what the token endpoint says', () => {
  it('keeps the OAuth code and Entra’s number, not the text that names tenant and client', () => {
    const body = {
      error: 'invalid_client',
      error_description: "AADSTS7000215: Invalid client secret provided for app 'secret-app' in tenant 'contoso'.",
    };
    expect(describeEntraError(answer(body)).message).toBe('invalid_client AADSTS7000215');
  });
});
