/** `GET /api/health`: Flex Consumption has no health check of its own (facts/azure-functions.md §2.1). */
import { app } from '@azure/functions';
import { inInvocation } from './app/invocation';

export interface HealthCheck {
  /** Rejects where the app could not do its work. */
  (): Promise<unknown>;
}

/** Says nothing but ok or 503: anyone may ask. */
export function registerHealth(check: HealthCheck): void {
  app.http('health', {
    methods: ['GET'],
    route: 'health',
    authLevel: 'anonymous',
    handler: (_request, context) =>
      inInvocation(context, async () => {
        try {
          await check();
          return { status: 200, headers, body: JSON.stringify({ status: 'ok' }) };
        } catch (error) {
          context.error(
            JSON.stringify({
              level: 'error',
              event: 'unhealthy',
              reason: error instanceof Error ? error.name : 'unknown',
            }),
          );
          return { status: 503, headers, body: JSON.stringify({ status: 'unavailable' }) };
        }
      }),
  });
}

const headers = { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' };
