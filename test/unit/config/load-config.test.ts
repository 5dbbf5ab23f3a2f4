import { ConfigError } from '../../../core/errors';
import { parseConfig } from '../../../config/load-config';

const VALID = `
tenant: contoso
state: { kind: sqlite, path: .muster/state }
policy: ./policy.yaml
connectors:
  - id: intune
    kind: intune
    auth: { kind: client-secret, tenantId: t, clientId: c, clientSecret: "\${INTUNE_SECRET}" }
  - id: jamf
    kind: jamf
    baseUrl: https://contoso.jamfcloud.com/
    auth: { clientId: c, clientSecret: s }
    webhook: { header: X-Muster-Key, secret: "\${JAMF_HOOK}" }
  - id: ws1
    kind: workspace-one
    baseUrl: https://as1234.awmdm.com
    auth: { tokenUrl: https://na.uemauth.workspaceone.com/connect/token, clientId: c, clientSecret: s, tenantCode: t }
    webhook: { username: muster, secret: s }
directory: { kms: "softkms:.muster/keys" }
`;
const ENVIRONMENT = { INTUNE_SECRET: 'one', JAMF_HOOK: 'two' };

function problemsOf(text: string, environment: Record<string, string> = ENVIRONMENT): Record<string, string> {
  try {
    parseConfig(text, 'muster.yaml', environment);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return Object.fromEntries(
      error.problems.map(({ path, message, hint }) => [path, `${message}${hint === undefined ? '' : ` | ${hint}`}`]),
    );
  }
  return {};
}

describe('a valid configuration', () => {
  const config = parseConfig(VALID, 'muster.yaml', ENVIRONMENT);

  test('has its secrets from the environment', () => {
    expect(config.connectors[0]).toMatchObject({ auth: { clientSecret: 'one' } });
  });

  test('has the documented defaults', () => {
    expect(config.connectors[0]).toMatchObject({
      baseUrl: 'https://graph.microsoft.com',
      strategy: 'auto',
      auth: { authorityHost: 'https://login.microsoftonline.com' },
    });
    expect(config.connectors[1]).toMatchObject({ pageSize: 1000 });
    expect(config.sweep).toMatchObject({ vanish: { minimum: 10, share: 0.05 } });
  });

  test('has base URLs without a slash at the end', () => {
    expect(config.connectors[1]).toMatchObject({ baseUrl: 'https://contoso.jamfcloud.com' });
  });
});

type Row = [name: string, text: string, path: string, message: RegExp, environment?: Record<string, string>];

describe('problems of a configuration', () => {
  const rows: Row[] = [
    [
      'a variable that is not set',
      VALID,
      'connectors[0].auth.clientSecret',
      /INTUNE_SECRET is not set/,
      { JAMF_HOOK: 'x' },
    ],
    [
      'an unknown key, with the nearest known one',
      VALID.replace('policy:', 'polcy:'),
      'polcy',
      /Did you mean "policy"/,
    ],
    [
      'an unknown key of a connector',
      VALID.replace('baseUrl: https://contoso', 'baseurl: https://contoso'),
      'connectors[1].baseurl',
      /Did you mean "baseUrl"/,
    ],
    [
      'plain HTTP to another machine',
      VALID.replace('https://contoso.jamfcloud.com/', 'http://contoso.jamfcloud.com'),
      'connectors[1].baseUrl',
      /https/,
    ],
    [
      'credentials in a URL',
      VALID.replace('https://contoso', 'https://user:pass@contoso'),
      'connectors[1].baseUrl',
      /without credentials/,
    ],
    ['an id that is used twice', VALID.replace('id: ws1', 'id: jamf'), 'connectors[2].id', /unique/],
    ['an id with capitals', VALID.replace('id: ws1', 'id: WS1'), 'connectors[2].id', /a-z/],
    [
      'a page size beyond what the server gives',
      VALID.replace('webhook: { header', 'pageSize: 5000\n    webhook: { header'),
      'connectors[1].pageSize',
      /2000/,
    ],
    [
      'a static token for a real host',
      VALID.replace(/auth: \{ kind: client-secret.*\}/, 'auth: { kind: static-token, token: t }'),
      'connectors[0].auth.kind',
      /127\.0\.0\.1/,
    ],
    [
      'a connection string of a real account',
      VALID.replace(
        /state: .*/,
        'state: { kind: azure-storage, connectionString: "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=k;TableEndpoint=https://a.table.core.windows.net" }',
      ),
      'state.connectionString',
      /Azurite/,
    ],
    [
      'no connector at all',
      VALID.replace(/connectors:[\s\S]*directory/, 'connectors: []\ndirectory'),
      'connectors',
      /at least one/,
    ],
  ];
  test.each(
    rows.map(([name, text, path, message, environment = ENVIRONMENT]) => ({ name, text, path, message, environment })),
  )('$name', ({ text, path, message, environment }) => {
    expect(problemsOf(text, environment)[path]).toMatch(message);
  });

  test('are all listed at once', () => {
    const text = VALID.replace('policy: ./policy.yaml', 'polcy: x').replace('id: ws1', 'id: WS1');
    expect(Object.keys(problemsOf(text, { JAMF_HOOK: 'x' })).sort()).toEqual(
      ['connectors[0].auth.clientSecret', 'connectors[2].id', 'polcy', 'policy'].sort(),
    );
  });

  test('a file that is no YAML names the line', () => {
    expect(Object.keys(problemsOf('tenant: [unclosed'))[0]).toMatch(/line 1/);
  });

  test.each(['http://127.0.0.1:7071', 'http://localhost:1'])('%s is allowed', (url) => {
    expect(problemsOf(VALID.replace('https://contoso.jamfcloud.com/', url))).toEqual({});
  });
});
