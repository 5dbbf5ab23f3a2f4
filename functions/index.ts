/** All functions in one app: for one machine, `func start` and `muster serve`. In Azure there are two apps, edge and worker. */
import { registerEdge } from './edge';
import { registerMonitorEnd } from './app/monitor';
import { registerHealth } from './health';
import { checkEdge, checkWorker } from './health-checks';
import { registerWorker } from './worker';

registerEdge();
registerWorker();
registerHealth(async () => {
  await checkEdge();
  await checkWorker();
});
registerMonitorEnd();
