/** Answers of the HTTP functions: problem documents (RFC 9457), bodies that are read with a bound, failures that stay inside. */
import { HttpRequest, InvocationContext } from '@azure/functions';
import type { HttpResponseInit } from '@azure/functions';
import * as z from 'zod';
import { answerOf, Problem } from '../../../functions/http/problem';
import type { ProblemKind } from '../../../functions/http/problem';
import { readBody } from '../../../functions/http/read-body';
import type * as registerRoute from '../../../functions/http/register-route';
import { loadBundled } from '../../support/bundle-entry';

// Behind it stands jose, an ECMAScript module, which jest cannot load.
const { answering, jsonAnswer } = loadBundled('functions/http/register-route.ts') as typeof registerRoute;

const ID = '11111111-2222-4333-8444-555555555555';
const documentOf = ({ body }: HttpResponseInit): Record<string, unknown> =>
  JSON.parse(body as string) as Record<string, unknown>;

describe('a problem document', () => {
  const rows: { kind: ProblemKind; status: number }[] = [
    { kind: 'bad-request', status: 400 },
    { kind: 'not-signed-in', status: 401 },
    { kind: 'forbidden', status: 403 },
    { kind: 'not-found', status: 404 },
    { kind: 'sweep-running', status: 409 },
    { kind: 'length-required', status: 411 },
    { kind: 'too-large', status: 413 },
    { kind: 'unsupported-media-type', status: 415 },
    { kind: 'internal', status: 500 },
    { kind: 'unavailable', status: 503 },
  ];

  test.each(rows)('$kind is status $status, with a type that never changes', ({ kind, status }) => {
    const answer = answerOf(new Problem(kind, 'Do this.'), ID);
    expect(answer).toMatchObject({
      status,
      headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store' },
    });
    expect(documentOf(answer)).toEqual({
      type: `urn:muster:problem:${kind}`,
      title: expect.stringMatching(/^[A-Z].*[^.]$/),
      status,
      detail: 'Do this.',
      instance: `urn:uuid:${ID}`,
    });
  });

  test('takes members and headers of its own', () => {
    const options = { members: { runId: 'run-1' }, headers: { 'Retry-After': '60' } };
    const answer = answerOf(new Problem('sweep-running', 'Wait.', options), ID);
    expect(documentOf(answer)).toMatchObject({ runId: 'run-1', status: 409 });
    expect(answer.headers).toMatchObject({ 'Retry-After': '60', 'Content-Type': 'application/problem+json' });
  });

  test('has no stack and no name of a file', () => {
    const answer = answerOf(new Problem('internal', 'It failed.'), ID);
    expect(JSON.stringify(answer)).not.toMatch(/stack|\.ts|\.cjs|node_modules| at /);
  });
});

describe('a body', () => {
  const schema = z.strictObject({ mode: z.enum(['full', 'incremental']).default('full') });
  const JSON_TYPE = 'application/json';

  const read = (body: string | Buffer | null, contentType: string | null): Promise<unknown> =>
    readBody(
      new HttpRequest({
        method: 'POST',
        url: 'http://localhost/api/v1/sweeps',
        ...(contentType === null ? {} : { headers: { 'content-type': contentType } }),
        ...(body === null ? {} : { body: typeof body === 'string' ? { string: body } : { bytes: body } }),
      }),
      schema,
      64,
    );

  test.each<{ why: string; body: string | Buffer | null; type: string | null; value: unknown }>([
    { why: 'no body is what the schema makes of nothing', body: null, type: null, value: { mode: 'full' } },
    { why: 'an empty body needs no media type', body: Buffer.alloc(0), type: null, value: { mode: 'full' } },
    { why: 'JSON', body: '{"mode":"incremental"}', type: JSON_TYPE, value: { mode: 'incremental' } },
    { why: 'JSON that names its charset', body: '{}', type: `${JSON_TYPE}; charset=utf-8`, value: { mode: 'full' } },
    { why: 'a media type in capitals', body: '{}', type: 'Application/JSON', value: { mode: 'full' } },
    { why: 'exactly as long as allowed', body: '{}'.padEnd(64), type: JSON_TYPE, value: { mode: 'full' } },
  ])('is read: $why', async ({ body, type, value }) => {
    expect(await read(body, type)).toEqual(value);
  });

  test.each<{ why: string; body: string | Buffer; type: string | null; kind: ProblemKind; detail: RegExp }>([
    { why: 'a byte too many', body: '{}'.padEnd(65), type: JSON_TYPE, kind: 'too-large', detail: /64 bytes/ },
    {
      why: 'too many bytes of few letters',
      body: `"${'é'.repeat(40)}"`,
      type: JSON_TYPE,
      kind: 'too-large',
      detail: /64/,
    },
    { why: 'no media type', body: '{}', type: null, kind: 'unsupported-media-type', detail: /application\/json/ },
    {
      why: 'a form',
      body: 'mode=full',
      type: 'application/x-www-form-urlencoded',
      kind: 'unsupported-media-type',
      detail: /json/,
    },
    { why: 'text', body: '{}', type: 'text/plain', kind: 'unsupported-media-type', detail: /json/ },
    {
      why: 'a JSON patch',
      body: '{}',
      type: 'application/json-patch+json',
      kind: 'unsupported-media-type',
      detail: /json/,
    },
    {
      why: 'a type that only begins like it',
      body: '{}',
      type: 'application/jsonx',
      kind: 'unsupported-media-type',
      detail: /json/,
    },
    { why: 'no JSON', body: '{mode:full}', type: JSON_TYPE, kind: 'bad-request', detail: /not JSON/ },
    { why: 'half of JSON', body: '{"mode":', type: JSON_TYPE, kind: 'bad-request', detail: /not JSON/ },
    {
      why: 'bytes that are no text',
      body: Buffer.from([0xff, 0xfe, 0x7b]),
      type: JSON_TYPE,
      kind: 'bad-request',
      detail: /not JSON/,
    },
    { why: 'a list', body: '[]', type: JSON_TYPE, kind: 'bad-request', detail: /expected object/ },
    { why: 'null', body: 'null', type: JSON_TYPE, kind: 'bad-request', detail: /expected object/ },
    {
      why: 'a value that is none of ours',
      body: '{"mode":"half"}',
      type: JSON_TYPE,
      kind: 'bad-request',
      detail: /mode/,
    },
    { why: 'a key that is none of ours', body: '{"mod":"full"}', type: JSON_TYPE, kind: 'bad-request', detail: /mod/ },
  ])('is refused as $kind: $why', async ({ body, type, kind, detail }) => {
    await expect(read(body, type)).rejects.toMatchObject({
      name: 'Problem',
      kind,
      message: expect.stringMatching(detail),
    });
  });

  test('a refusal does not repeat what was sent', async () => {
    const error = (await read('{"mode":"eyJhbGciOi-secret"}', JSON_TYPE).catch((reason: unknown) => reason)) as Problem;
    expect(JSON.stringify(answerOf(error, ID))).not.toContain('secret');
  });
});

describe('a handler', () => {
  async function run(work: () => Promise<HttpResponseInit>): Promise<{ answer: HttpResponseInit; logged: string[] }> {
    const logged: string[] = [];
    const context = new InvocationContext({
      invocationId: ID,
      functionName: 'sweep-status',
      logHandler: (level, ...parts) => void logged.push(`${level} ${parts.join(' ')}`),
    });
    return { answer: await answering(context, work), logged };
  }
  const failing =
    (error: unknown): (() => Promise<HttpResponseInit>) =>
    async () => {
      throw error;
    };

  test('that answers is let alone', async () => {
    const { answer, logged } = await run(async () => jsonAnswer(200, [1], { Location: '/x' }));
    expect(answer).toEqual({
      status: 200,
      headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', Location: '/x' },
      body: '[1]',
    });
    expect(logged).toEqual([]);
  });

  test.each([
    { why: 'an error', error: new Error('row 7 of table runs is broken') },
    { why: 'an error of the runtime', error: new TypeError('cannot read row 7') },
    { why: 'no error at all', error: 'row 7' },
  ])(
    'that fails with $why is answered 500, without its message; the log has it under the same id',
    async ({ error }) => {
      const { answer, logged } = await run(failing(error));
      expect(documentOf(answer)).toMatchObject({
        type: 'urn:muster:problem:internal',
        status: 500,
        instance: `urn:uuid:${ID}`,
      });
      expect(JSON.stringify(answer)).not.toContain('row 7');
      expect(logged).toHaveLength(1);
      expect(logged[0]).toMatch(/^error \{/);
      expect(JSON.parse(logged[0]!.slice('error '.length))).toMatchObject({
        level: 'error',
        event: 'request-failed',
        function: 'sweep-status',
        reason: expect.stringContaining('row 7'),
      });
    },
  );

  test('whose error holds secrets and numbers is logged without them', async () => {
    const message = 'GET failed: Bearer abcdef123456 for +15550100123, client_secret=hunter22';
    const { answer, logged } = await run(failing(new Error(message)));
    for (const secret of ['abcdef123456', '5550100123', 'hunter22']) {
      expect(JSON.stringify([answer, logged])).not.toContain(secret);
    }
    expect(logged[0]).toContain('GET failed');
  });
});
