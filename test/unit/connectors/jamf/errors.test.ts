import { describeJamfError } from '../../../../connectors/jamf/errors';
import { readVector } from '../../../support/read-vector';
import { describeWithVectors } from '../../../support/vectors';

const says = (body: string): string =>
  describeJamfError({ status: 400, headers: {}, body: Buffer.from(body), milliseconds: 1 }).message;

// Field case 19 of facts/jamf-pro.md §8.
describe('field case 19: what a refusal says, in whatever form it comes', () => {
  test.each([
    {
      body: '{"httpStatus":403,"errors":[{"code":"INVALID_PRIVILEGE","description":"Forbidden"}]}',
      text: 'INVALID_PRIVILEGE Forbidden',
      reason: 'the Jamf Pro API',
    },
    {
      body: '{"httpStatus":401,"errors":[{"code":"INVALID_TOKEN","description":null}]}',
      text: 'INVALID_TOKEN',
      reason: 'without words',
    },
    {
      body: '{"error":"invalid_client","error_description":"client_id"}',
      text: 'invalid_client client_id',
      reason: 'OAuth',
    },
    { body: '{"httpStatus":500,"errors":[]}', text: '', reason: 'no reason given' },
    { body: '<html><body>Unauthorized</body></html>', text: '', reason: 'an HTML page of the Classic API' },
    { body: '', text: '', reason: 'no body' },
    { body: 'null', text: '', reason: 'null' },
  ])('$body: $reason', ({ body, text }) => {
    expect(says(body)).toBe(text);
  });
});

describeWithVectors('recorded refusals of Jamf Pro', () => {
  test.each([
    { file: 'error.401', text: 'INVALID_TOKEN Unauthorized' },
    { file: 'oauth-token.error', text: 'invalid_client OAuth 2.0 Parameter: client_id' },
  ])('$file', ({ file, text }) => {
    expect(says(JSON.stringify(readVector(`fixtures/jamf/synthetic/${file}.json`)))).toBe(text);
  });
});
