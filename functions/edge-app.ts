/** Entry of the edge app. */
import { registerEdge } from './edge';
import { registerMonitorEnd } from './app/monitor';
import { registerHealth } from './health';
import { checkEdge } from './health-checks';

registerEdge();
registerHealth(checkEdge);
registerMonitorEnd();
