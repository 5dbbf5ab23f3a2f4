/** The public app: HTTP only. It reads runs and enqueues requests; its identity can do nothing else. */
import { registerSweepRequest } from './sweep-request';
import { registerSweepStatus } from './sweep-status';

export function registerEdge(): void {
  registerSweepStatus();
  registerSweepRequest();
}
