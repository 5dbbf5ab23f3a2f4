import { answerOf, Problem } from '../../../functions/http/problem';
import type { ProblemKind } from '../../../functions/http/problem';
import type { Role } from '../../../functions/http/access-token';
import { blocks, read, tableAfter } from './markdown';

const page = read('docs/api.md');

/** The type check fails here when a kind is added without a thought of its page. */
const KINDS: Readonly<Record<ProblemKind, true>> = {
  'bad-request': true,
  'not-signed-in': true,
  forbidden: true,
  'not-found': true,
  'sweep-running': true,
  'length-required': true,
  'too-large': true,
  'unsupported-media-type': true,
  internal: true,
  unavailable: true,
};

const ROLES: Readonly<Record<Role, true>> = { 'Operations.Read': true, 'Operations.Run': true };

/** The document of an answer. */
function problem(
  kind: ProblemKind,
  detail: string,
  runId: string | null,
  invocationId: string,
): Record<string, unknown> {
  const { body } = answerOf(new Problem(kind, detail, runId === null ? {} : { members: { runId } }), invocationId);
  if (typeof body !== 'string') throw new Error('a problem without a text');
  return JSON.parse(body) as Record<string, unknown>;
}

describe('docs/api.md', () => {
  test('lists every problem with its status', () => {
    const listed = tableAfter(page, '## Problems').map(([type, status]) => [type?.replaceAll('`', ''), Number(status)]);
    const known = (Object.keys(KINDS) as ProblemKind[]).map((kind) => {
      const { type, status } = problem(kind, '', null, '');
      return [type, status];
    });
    expect(listed).toEqual(known);
  });

  test('its example of a problem is what the code answers', () => {
    const example = blocks(page, 'json').map((text) => JSON.parse(text) as Record<string, string>)[1];
    const { detail = '', instance = '', runId = '' } = example ?? {};
    expect(problem('sweep-running', detail, runId, instance.replace('urn:uuid:', ''))).toEqual(example);
  });

  test.each(Object.keys(ROLES))('names the role %s, and so does the registration of the API', (role) => {
    expect(page).toContain(`\`${role}\``);
    const { appRoles } = JSON.parse(read('docs/examples/api-registration.json')) as { appRoles: { value: string }[] };
    expect(appRoles.map(({ value }) => value)).toContain(role);
  });
});

describe('docs/deployment.md', () => {
  const deployment = read('docs/deployment.md');
  const registration = JSON.parse(read('docs/examples/api-registration.json')) as {
    readonly api: { readonly oauth2PermissionScopes: readonly { readonly id: string }[] };
    readonly appRoles: readonly { readonly id: string }[];
  };

  test('assigns the roles of the registration', () =>
    expect([...deployment.matchAll(/5f1c1d0e-[0-9a-f-]+/g)].map(([id]) => id)).toEqual(
      registration.appRoles.map(({ id }) => id),
    ));

  test('lets the Azure CLI ask for the scope of the registration', () => {
    const callers = JSON.parse(read('docs/examples/api-callers.json')) as {
      readonly api: {
        readonly preAuthorizedApplications: readonly { readonly delegatedPermissionIds: readonly string[] }[];
      };
    };
    expect(
      callers.api.preAuthorizedApplications.flatMap(({ delegatedPermissionIds }) => delegatedPermissionIds),
    ).toEqual(registration.api.oauth2PermissionScopes.map(({ id }) => id));
  });

  test('names outputs that the template has', () => {
    const named = [...deployment.matchAll(/\$\(output (\w+)\)|outputs\.(\w+)\.value/g)].map(
      ([, one, other]) => one ?? other ?? '',
    );
    const outputs = [...read('infra/main.bicep').matchAll(/^output (\w+) /gm)].map(([, name]) => name);
    expect(named.length).toBeGreaterThan(4);
    expect(named.filter((name) => !outputs.includes(name))).toEqual([]);
  });

  test('names parameters that the template has', () => {
    const parameters = [...read('infra/main.bicep').matchAll(/^param (\w+) /gm)].map(([, name]) => name ?? '');
    const arm = blocks(deployment, 'sh').find((text) => text.includes('infra/main.json')) ?? '';
    const given = [...arm.matchAll(/[\s"](\w+)=/g)].map(([, name]) => name ?? '');
    expect(given.length).toBeGreaterThan(5);
    expect(given.filter((name) => !parameters.includes(name))).toEqual([]);
  });
});
