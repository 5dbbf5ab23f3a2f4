import { describeUemError, hintForRetiredHost } from '../../../../connectors/workspace-one/errors';

const says = (body: string): string => describeUemError({ body: Buffer.from(body) }).message;

describe('what an error body says', () => {
  test.each([
    {
      body: '{"errorCode":7026,"message":"App not found","activityId":"x"}',
      text: '7026 App not found',
      reason: 'a number',
    },
    { body: '{"errorCode":"7026","message":"App not found"}', text: '7026 App not found', reason: 'a string' },
    { body: '{"error":"invalid_client"}', text: 'invalid_client', reason: 'OAuth' },
    { body: '{"message":"only words"}', text: 'only words', reason: 'no code' },
    { body: '<!DOCTYPE html><html></html>', text: '', reason: 'an HTML page' },
    { body: '', text: '', reason: 'no body' },
    { body: '[1]', text: '', reason: 'another shape' },
  ])('$body: $reason', ({ body, text }) => {
    expect(says(body)).toBe(text);
  });

  test.each([
    { code: 1005, names: 'API role' },
    { code: 1013, names: 'tenantCode' },
  ])('$code is told in words that name the cause', ({ code, names }) => {
    expect(says(JSON.stringify({ errorCode: code, message: 'x' }))).toContain(names);
  });

  test('an account name in the vendor’s sentence is not repeated', () => {
    expect(says('{"errorCode":1005,"message":"user not found : alice.smith"}')).not.toContain('alice');
  });
});

describe('token hosts that are retired', () => {
  test.each([
    {
      url: 'https://na.uemauth.vmwservices.com/connect/token',
      now: 'https://na.uemauth.workspaceone.com/connect/token',
    },
    {
      url: 'https://EMEA.uemauth.VMWSERVICES.com/connect/token',
      now: 'https://EMEA.uemauth.workspaceone.com/connect/token',
    },
  ])('$url is now $now', ({ url, now }) => {
    expect(hintForRetiredHost(url)).toContain(now);
  });

  test.each(['https://na.uemauth.workspaceone.com/connect/token', 'https://vmwservices.com.example.com/token'])(
    '%s is left alone',
    (url) => {
      expect(hintForRetiredHost(url)).toBeNull();
    },
  );
});
