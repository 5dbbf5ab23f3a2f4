/** Registers an HTTP function: every answer, also that of a failure, is made here (facts/azure-functions.md §2.9). */
import { app } from '@azure/functions';
import type { HttpMethod, HttpRequest, HttpResponseInit, InvocationContext } from '@azure/functions';
import { redact } from '../../telemetry/redact';
import { openEdge } from '../app/edge';
import type { Edge } from '../app/edge';
import { inInvocation } from '../app/invocation';
import type { Caller, Role } from './access-token';
import { answerOf, Problem } from './problem';

export interface Route {
  readonly name: string;
  readonly methods: HttpMethod[];
  /** Below the prefix `/api`. */
  readonly route: string;
  /** The app role a caller needs. */
  readonly role: Role;
  readonly handle: (edge: Edge, request: HttpRequest, caller: Caller) => Promise<HttpResponseInit>;
}

/** The host lets everyone in (`anonymous`); the token is checked here, where roles can be. */
export function registerRoute({ name, methods, route, role, handle }: Route): void {
  app.http(name, {
    methods,
    route,
    authLevel: 'anonymous',
    handler: (request, context) =>
      answering(context, async () => {
        const edge = await openEdge();
        if (edge.checkToken === null) {
          throw new Problem('unavailable', 'The configuration does not say who may call: add the section "api".');
        }
        const caller = await edge.checkToken(request.headers.get('authorization'), role);
        edge.telemetry.count('http.requests', 1, { function: name, caller: caller.kind });
        return edge.telemetry.span(name, { caller: caller.kind }, () => handle(edge, request, caller));
      }),
  });
}

/** Runs a handler; what it throws becomes a problem document, and what is not meant for callers stays in the log. */
export async function answering(
  context: InvocationContext,
  work: () => Promise<HttpResponseInit>,
): Promise<HttpResponseInit> {
  return inInvocation(context, async () => {
    try {
      return await work();
    } catch (error) {
      if (error instanceof Problem) return answerOf(error, context.invocationId);
      const reason = redact(error instanceof Error ? `${error.name}: ${error.message}` : String(error));
      context.error(
        JSON.stringify({ level: 'error', event: 'request-failed', function: context.functionName, reason }),
      );
      return answerOf(
        new Problem('internal', 'The request failed; the log has the reason under this instance.'),
        context.invocationId,
      );
    }
  });
}

/** JSON without an envelope; nothing of it may be kept by a cache on the way. */
export function jsonAnswer(status: number, body: unknown, headers: Record<string, string> = {}): HttpResponseInit {
  return {
    status,
    headers: { 'Content-Type': 'application/json', 'Cache-Control': 'no-store', ...headers },
    body: JSON.stringify(body),
  };
}
