/** What no log may show, and what must stay readable in one. */
import fc from 'fast-check';
import { redact, redactedError, redactFields } from '../../../telemetry/redact';

const JWT = 'eyJhbGciOiJSUzI1NiIsImtpZCI6ImsifQ.eyJzdWIiOiJhbGljZSIsIm5hbWUiOiJBbGljZSJ9.c2lnbmF0dXJlLW9mLWl0';
const KEY = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

describe('is taken out', () => {
  const rows: { what: string; text: string; secrets: readonly string[] }[] = [
    { what: 'a bearer token', text: 'Authorization: Bearer abc.def-123~456', secrets: ['abc.def-123~456'] },
    {
      what: 'a bearer token in small letters',
      text: '"authorization":"bearer sim-jamf-1-9e3779b1"',
      secrets: ['sim-jamf-1-9e3779b1'],
    },
    { what: 'a JSON Web Token alone', text: `token was ${JWT} here`, secrets: JWT.split('.') },
    {
      what: 'a JSON Web Token that was cut off',
      text: `token ${JWT.slice(0, 60)}…`,
      secrets: [JWT.slice(0, 30), JWT.slice(40, 60)],
    },
    { what: 'Basic credentials', text: 'Basic bXVzdGVyOnNlY3JldC13b3Jk', secrets: ['bXVzdGVyOnNlY3JldC13b3Jk'] },
    {
      what: 'a client secret in a form',
      text: 'grant_type=client_credentials&client_secret=hunter22%21&scope=x',
      secrets: ['hunter22'],
    },
    {
      what: 'a client secret in JSON',
      text: '{"client_id":"muster","client_secret":"hunter22!","scope":"x"}',
      secrets: ['hunter22'],
    },
    { what: 'a client secret in camel case', text: '{"clientSecret":"hunter22"}', secrets: ['hunter22'] },
    { what: 'a client secret with blanks around', text: 'clientSecret = "hunter22"', secrets: ['hunter22'] },
    {
      what: 'a secret that holds blanks, in JSON',
      text: '{"client_secret":"hunter two and two"}',
      secrets: ['two and two', 'hunter'],
    },
    {
      what: 'a secret that holds commas and semicolons, in JSON',
      text: '{"password":"ab,cd;efgh"}',
      secrets: ['ab,cd', 'efgh'],
    },
    { what: 'JSON inside JSON', text: '"{\\"client_secret\\":\\"hunter22\\"}"', secrets: ['hunter22'] },
    {
      what: 'an access token in JSON',
      text: '{"access_token":"opaque-9e3779b1","token_type":"Bearer"}',
      secrets: ['opaque-9e3779b1'],
    },
    {
      what: 'a refresh token in a form',
      text: 'refresh_token=0.AAAA-x_y&grant_type=refresh_token',
      secrets: ['0.AAAA-x_y'],
    },
    { what: 'a client assertion', text: `client_assertion=${JWT}`, secrets: JWT.split('.') },
    { what: 'a password', text: 'user=muster password=correcthorse', secrets: ['correcthorse'] },
    {
      what: 'the tenant code of Workspace ONE',
      text: 'aw-tenant-code: sim-ws1-tenant-code-77',
      secrets: ['sim-ws1-tenant-code-77'],
    },
    { what: 'a function key in a header', text: 'x-functions-key: a1b2c3d4e5f6', secrets: ['a1b2c3d4e5f6'] },
    {
      what: 'a function key in an address',
      text: 'POST /api/webhooks/jamf/x?code=a1b2c3d4e5f6==',
      secrets: ['a1b2c3d4e5f6'],
    },
    {
      what: 'an account key',
      text: `DefaultEndpointsProtocol=https;AccountName=a;AccountKey=${KEY};EndpointSuffix=x`,
      secrets: [KEY, KEY.slice(5, 40)],
    },
    {
      what: 'a shared access signature',
      text: 'SharedAccessSignature=sv=2024-08-04&sig=abc%2Bdef%3D;x',
      secrets: ['abc%2Bdef'],
    },
    {
      what: 'the signature of a signed address',
      text: 'GET https://a.blob.core.windows.net/export/1.zip?sv=2024-08-04&se=2026-11-25T00%3A00%3A00Z&sr=b&sp=r&sig=Q2xhc3NpZmllZA%3D%3D',
      secrets: ['Q2xhc3NpZmllZA'],
    },
    { what: 'a cookie', text: 'Cookie: JSESSIONID=4F2A99; APBALANCEID=aws.1', secrets: ['4F2A99'] },
    { what: 'a number in E.164', text: 'lookup of +15550100123 failed', secrets: ['5550100123', '0100123'] },
    { what: 'a short number in E.164', text: 'lookup of +4930123456 failed', secrets: ['30123456'] },
    { what: 'a number with gaps', text: 'line +1 555 010 0123 of slot 1', secrets: ['010 0123', '555 010'] },
    { what: 'a number with hyphens', text: 'line +1-555-010-0123', secrets: ['010-0123'] },
    { what: 'a number with brackets', text: 'line +1 (555) 010-0123', secrets: ['010-0123', '(555)'] },
    { what: 'a number with dots', text: 'line +49.30.1234.5678', secrets: ['1234.5678'] },
    { what: 'a number behind a word', text: 'phone:+15550100123', secrets: ['5550100123'] },
    { what: 'a number in an address', text: 'GET /v1/directory/entries/%2B15550100123', secrets: ['5550100123'] },
    { what: 'a number at the end of a path', text: 'GET /v1/directory/entries/+15550100123', secrets: ['5550100123'] },
    { what: 'a number in a tel link', text: 'tel:+15550100123', secrets: ['5550100123'] },
    { what: 'a national number', text: 'no line has (555) 010-0123 here', secrets: ['010-0123'] },
    { what: 'a national number with hyphens', text: 'no line has 555-010-0123 here', secrets: ['010-0123'] },
    { what: 'a national number without gaps', text: 'phoneRaw 5550100123 is not valid', secrets: ['5550100123'] },
    { what: 'a national number in JSON', text: '{"phone":"5550100123"}', secrets: ['5550100123'] },
    { what: 'a national number at the end of a sentence', text: 'No line has 5550100123.', secrets: ['5550100123'] },
    { what: 'a national number behind its name', text: 'phone:5550100123', secrets: ['5550100123'] },
    { what: 'a national number of seven digits behind its name', text: 'phoneRaw=555-0100', secrets: ['555-0100'] },
    { what: 'a number with its country code and no plus', text: 'line 15550100123 unknown', secrets: ['15550100123'] },
    {
      what: 'a long number with its country code and no plus',
      text: 'line 4915112345678.',
      secrets: ['4915112345678'],
    },
    {
      what: 'a national number with its trunk zero',
      text: 'line 0170-1234567 or 030 12345678',
      secrets: ['1234567', '12345678'],
    },
    { what: 'a national number of eleven digits', text: 'line 01701234567', secrets: ['1701234567'] },
    { what: 'the secret of yesterday', text: 'previousSecret: hunter22', secrets: ['hunter22'] },
    { what: 'a key in quotes', text: '{"key":"a1b2c3d4"}', secrets: ['a1b2c3d4'] },
    { what: 'a secret with a quote in it, in JSON', text: '{"password":"ab\\"cdef"}', secrets: ['cdef'] },
    { what: 'a number with 00 first', text: 'line 00491701234567 unknown', secrets: ['1701234567'] },
    { what: 'an IMEI', text: 'imei 001001000000017 is twice', secrets: ['001001000000017'] },
    { what: 'an IMEI behind a sign', text: 'imei=001001000000017', secrets: ['001001000000017'] },
    { what: 'an IMEI in a key', text: 'key imei:001001000000017', secrets: ['001001000000017'] },
    { what: 'an IMEI in groups', text: 'imei 00-100100-000001-7', secrets: ['100100-000001'] },
    { what: 'an IMEI at the end of a sentence', text: 'Twice: 001001000000017.', secrets: ['001001000000017'] },
    { what: 'an IMEI with its version', text: 'imeisv 0010010000000172', secrets: ['0010010000000172'] },
    { what: 'an ICCID', text: 'iccid 8901260123456789012 changed', secrets: ['8901260123456789012'] },
    { what: 'an ICCID with its letter', text: 'iccid 8901260123456789012F', secrets: ['8901260123456789012'] },
    { what: 'an ICCID in groups', text: 'iccid 8901 2601 2345 6789 012', secrets: ['2345 6789'] },
    {
      what: 'an EID',
      text: 'eid 89049032004008882600012345678901',
      secrets: ['89049032004008882600012345678901', '882600012345'],
    },
  ];
  test.each(rows)('$what', ({ text, secrets }) => {
    const shown = redact(text);
    for (const secret of secrets) expect(shown).not.toContain(secret);
  });

  test('and nothing but it', () => {
    expect(redact('pull of jamf: +15550100123 is on two phones (GET /api/v2/mobile-devices/detail, 200)')).toBe(
      'pull of jamf: [phone] is on two phones (GET /api/v2/mobile-devices/detail, 200)',
    );
    expect(redact(`sent Bearer ${JWT} to jamf`)).toBe('sent Bearer [token] to jamf');
    expect(redact('{"client_id":"muster","client_secret":"hunter22","scope":"x"}')).toBe(
      '{"client_id":"muster","client_secret":"[redacted]","scope":"x"}',
    );
  });
});

describe('stays readable', () => {
  test.each([
    'run 0mww5zgk8em4hczrlpakm096e7 started',
    'runId 0mww5zgk80123456789012345 started',
    'urn:uuid:5f0c6c1e-2f4b-4f0e-9d6e-123456789012',
    '00000000-0000-4000-8000-0000000000aa',
    '12345678-1234-4234-8234-123456789012',
    '2026-11-25T00:00:00.000Z',
    '2026-11-25T13:45:12Z to 2026-11-26T00:00:00Z',
    '2026-11-25 13:45:12',
    'iOS 26.5.1 (23F81), 18.7.2, Messages 20260115_02_RC00.phone',
    'version 1.2.3456.7890 of 4.1048.200.1',
    'Build/AP4A.250205.002 and TP1A.220624.014',
    'SM-S921B, iPhone17,3',
    'took 1234 ms, 3599 s, 12.345 s',
    'pages 2000, devices 1000000, bytes 2379717',
    'GET /api/v2/mobile-devices/detail page 12',
    'GET /deviceManagement/managedDevices: 429, again at 1764028800000',
    'GET /api/mdm/devices/1234567/apps 404',
    'sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
    'digest 0123456789012345678901234567890123456789012345678901234567890123',
    'lease ends in 1800 s; maxDequeueCount=5; batchSize=4',
    'the key of the connector jamf:123 is new',
    'http://127.0.0.1:45678/api/health',
    'code 503, type urn:muster:problem:unavailable',
    'needs the app role Operations.Read, assigned in Entra ID',
    'missing key: apiVersion; unknown token in line 3',
    'state=running connectors=3 mode=full',
    '1-20 of 300, 5/10, 50%',
    '192.168.100.200',
    'the webhook takes Basic authentication, not Bearer tokens',
    'error code: ENOTFOUND',
    'phones 12000, phone rows 300',
    'reading phone 12 of 300',
  ])('%s', (text) => {
    expect(redact(text)).toBe(text);
  });
});

describe('wherever it stands among words', () => {
  const digits = (length: number): fc.Arbitrary<string> =>
    fc.string({ unit: fc.constantFrom(...Array.from('0123456789')), minLength: length, maxLength: length });
  /** Names of secrets take what follows them along, which is right and not what is asked here. */
  const named = /(?:key|code|secret|password|token|assertion|cookie|bearer|basic|sig|se|st)$/;
  const word = fc
    .string({ unit: fc.constantFrom(...Array.from('abcdefghijklmnopqrstuvwxyz')), minLength: 1, maxLength: 9 })
    .filter((text) => !named.test(text));
  const words = fc.array(word, { maxLength: 6 }).map((list) => list.join(' '));
  const segment = fc
    .uint8Array({ minLength: 12, maxLength: 60 })
    .map((bytes) => Buffer.from(bytes).toString('base64url'));
  const [before, after] = [
    fc.constantFrom(' ', ': ', '="', ' (', ' "', '[', '=', ':', '/', ', ', '\n', "'"),
    fc.constantFrom(' ', '.', ', ', '" ', ') ', ']', '; ', '\n', '?', "'", '/x', '&'),
  ];
  const secrets: Readonly<Record<string, fc.Arbitrary<string>>> = {
    'a number in E.164': fc
      .tuple(fc.constantFrom('1', '44', '49', '33', '353', '971'), fc.integer({ min: 8, max: 11 }).chain(digits))
      .map(([country, rest]) => `+${country}${rest}`),
    'an IMEI': digits(15),
    'an ICCID': fc
      .integer({ min: 17, max: 18 })
      .chain(digits)
      .map((rest) => `89${rest}`),
    'an ICCID of eSIM size': digits(30).map((rest) => `89${rest}`),
    'a JSON Web Token': fc
      .tuple(fc.record({ alg: fc.constant('RS256'), kid: word }), segment, segment)
      .map(([header, claims, signature]) =>
        [Buffer.from(JSON.stringify(header)).toString('base64url'), claims, signature].join('.'),
      ),
  };

  test.each(Object.entries(secrets))('%s is not in the result', (_what, secret) => {
    fc.assert(
      fc.property(words, before, secret, after, words, (left, open, hidden, close, right) => {
        const shown = redact(`${left}${open}${hidden}${close}${right}`);
        expect(shown).not.toContain(hidden);
        // Not most of it, either.
        expect(shown).not.toContain(hidden.slice(2, -2));
        // The words around it are there.
        expect(shown.startsWith(left)).toBe(true);
        expect(shown.endsWith(right)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  test('redacting twice changes nothing more', () => {
    fc.assert(
      fc.property(fc.oneof(...Object.values(secrets)), words, (hidden, text) => {
        const shown = redact(`${text} ${hidden} secret=${hidden} Bearer ${hidden}`);
        expect(redact(shown)).toBe(shown);
      }),
    );
  });

  test('words alone are left as they are', () => {
    fc.assert(fc.property(words, (text) => expect(redact(text)).toBe(text)));
  });
});

describe('a long text', () => {
  test('is cut', () => {
    expect(redact('x '.repeat(5000))).toHaveLength(2001);
  });

  test('shows nothing of a secret that the cut went through', () => {
    const lead = 'a '.repeat(990);
    for (let shift = 0; shift < 20; shift += 1) {
      const shown = redact(`${lead}${' '.repeat(shift)}+15550100123 ${JWT}`);
      expect(shown).not.toMatch(/\d{7}/);
      expect(shown).not.toContain(JWT.slice(3, 15));
    }
  });

  test.each(['+', '1', '+1 ', 'eyJ', 'a.', 'a-', 'secret-', 'Bearer ', 'secret=', '1-', '(', '89'])(
    'of nothing but "%s" takes no time',
    (unit) => {
      const began = process.hrtime.bigint();
      redact(unit.repeat(Math.ceil(2000 / unit.length)));
      expect(Number(process.hrtime.bigint() - began) / 1e6).toBeLessThan(200);
    },
  );
});

describe('fields of a record', () => {
  test.each([
    'secret',
    'clientSecret',
    'password',
    'token',
    'accessToken',
    'authorization',
    'Authorization',
    'set-cookie',
    'connectionString',
    'accountKey',
    'client_assertion',
  ])('%s is hidden, whatever it holds', (name) => {
    expect(redactFields({ [name]: 'plain' })).toEqual({ [name]: '[redacted]' });
  });

  test('keep their numbers, truths and nulls; strings are redacted; what is not known is left out', () => {
    expect(
      redactFields({
        pages: 12,
        done: true,
        since: null,
        next: undefined,
        reason: 'no line +15550100123',
        runId: 'r1',
      }),
    ).toEqual({ pages: 12, done: true, since: null, reason: 'no line [phone]', runId: 'r1' });
  });
});

describe('an error that leaves', () => {
  test('has its name and its message, without what must not be read, and no cause', () => {
    const cause = new Error('Bearer abcdef123456');
    const shown = redactedError(new TypeError('page of +15550100123', { cause }));
    expect(shown).toMatchObject({ name: 'TypeError', message: 'page of [phone]' });
    expect(shown.cause).toBeUndefined();
    expect(shown.stack).not.toContain('5550100123');
  });

  test.each([
    ['a text', 'Bearer abcdef123456'],
    ['nothing', undefined],
  ])('is an error also where %s was thrown', (_what, thrown) => {
    expect(redactedError(thrown)).toBeInstanceOf(Error);
    expect(redactedError(thrown).message).not.toContain('abcdef');
  });
});
