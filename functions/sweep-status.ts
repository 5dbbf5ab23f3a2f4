/** `GET /api/v1/sweeps` and `GET /api/v1/sweeps/{runId}`: the newest runs, and one run as `sweep --json` prints it. */
import * as z from 'zod';
import { readResult } from '../core/sweep/sweep-result';
import { Problem } from './http/problem';
import { jsonAnswer, registerRoute } from './http/register-route';

const limit = z.coerce.number().int().min(1).max(100).default(20);
const runId = z.string().regex(/^[0-9a-z-]{1,64}$/);

export function registerSweepStatus(): void {
  registerRoute({
    name: 'sweep-status',
    methods: ['GET'],
    route: 'v1/sweeps/{runId?}',
    role: 'Operations.Read',
    async handle({ runs }, request) {
      const asked = request.params['runId'];
      if (asked === undefined || asked === '') {
        const count = limit.safeParse(request.query.get('limit') ?? undefined);
        if (!count.success) throw new Problem('bad-request', 'limit is a whole number from 1 to 100.');
        const listed = await runs.listRuns(count.data);
        return jsonAnswer(200, await Promise.all(listed.map((run) => readResult(runs, run.runId))));
      }
      const known = runId.safeParse(asked);
      if (!known.success || (await runs.getRun(known.data)) === null) {
        throw new Problem('not-found', 'No run has this id; one that was just asked for appears when it starts.');
      }
      return jsonAnswer(200, await readResult(runs, known.data));
    },
  });
}
