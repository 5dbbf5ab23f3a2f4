/** Entry of the worker app. */
import { registerMonitorEnd } from './app/monitor';
import { registerHealth } from './health';
import { checkWorker } from './health-checks';
import { registerWorker } from './worker';

registerWorker();
registerHealth(checkWorker);
registerMonitorEnd();
