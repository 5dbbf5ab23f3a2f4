/** Entry of the edge app. */
import { registerEdge } from './edge';
import { registerHealth } from './health';
import { checkEdge } from './health-checks';

registerEdge();
registerHealth(checkEdge);
