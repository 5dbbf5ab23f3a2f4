/** `POST /api/v1/sweeps`: asks for a sweep. The worker starts it; the answer says under which id. */
import * as z from 'zod';
import { QUEUES } from '../core/sweep/messages';
import { startMessageOf } from '../core/sweep/start-sweep';
import type { IsoTime } from '../core/device/managed-device';
import { Problem } from './http/problem';
import { readBody } from './http/read-body';
import { jsonAnswer, registerRoute } from './http/register-route';

const MAX_BYTES = 4096;

const body = z.strictObject({
  mode: z.enum(['full', 'incremental']).default('full'),
  since: z.iso.datetime().optional(),
});

export function registerSweepRequest(): void {
  registerRoute({
    name: 'sweep-request',
    methods: ['POST'],
    route: 'v1/sweeps',
    role: 'Operations.Run',
    async handle({ runs, queue, random, telemetry }, request, caller) {
      const { mode, since } = await readBody(request, body, MAX_BYTES);
      if (since !== undefined && mode === 'full')
        throw new Problem('bad-request', 'since belongs to mode "incremental".');
      const running = await runs.findRunning();
      if (running !== null) {
        throw new Problem('sweep-running', 'Two sweeps of one tenant never overlap; wait for this one to end.', {
          members: { runId: running.runId },
          headers: { 'Retry-After': '60' },
        });
      }
      const asked = since === undefined ? { mode } : { mode, since: new Date(since).toISOString() as IsoTime };
      const message = startMessageOf({ random }, asked, `${caller.kind} ${caller.id}`);
      await queue.send(QUEUES.start, JSON.stringify(message));
      telemetry.log('info', 'sweep-requested', { runId: message.runId, mode, by: caller.kind, caller: caller.id });
      const location = `${new URL(request.url).pathname.replace(/\/$/, '')}/${message.runId}`;
      return jsonAnswer(202, { runId: message.runId, state: 'requested', mode }, { Location: location });
    },
  });
}
