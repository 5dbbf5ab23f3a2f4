/** Errors of the HTTP API: RFC 9457 problem documents with a stable type. */
import type { HttpResponseInit } from '@azure/functions';

/** Kind → status and title. The kind is the last part of the type, `urn:muster:problem:…`, and never changes. */
const KINDS = {
  'bad-request': [400, 'The request cannot be understood'],
  'not-signed-in': [401, 'An access token is needed'],
  forbidden: [403, 'The access token does not carry the role that is needed'],
  'not-found': [404, 'There is no such thing'],
  'sweep-running': [409, 'A sweep is under way'],
  'length-required': [411, 'The body did not arrive'],
  'too-large': [413, 'The body is too large'],
  'unsupported-media-type': [415, 'The body has another media type'],
  internal: [500, 'Something went wrong here'],
  unavailable: [503, 'The service cannot answer now'],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemKind = keyof typeof KINDS;

/** Thrown by a handler; the edge of every HTTP function answers it. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly members: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;

  /** @param detail for the caller to read; says what to do, holds no secret and nobody's number. */
  constructor(
    kind: ProblemKind,
    detail: string,
    {
      members = {},
      headers = {},
    }: { readonly members?: Record<string, string>; readonly headers?: Record<string, string> } = {},
  ) {
    super(detail);
    this.name = 'Problem';
    this.kind = kind;
    this.members = members;
    this.headers = headers;
  }
}

export function answerOf(problem: Problem, invocationId: string): HttpResponseInit {
  const [status, title] = KINDS[problem.kind];
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json', 'Cache-Control': 'no-store', ...problem.headers },
    body: JSON.stringify({
      type: `urn:muster:problem:${problem.kind}`,
      title,
      status,
      detail: problem.message,
      instance: `urn:uuid:${invocationId}`,
      ...problem.members,
    }),
  };
}
