/** `/_control/*`: what a test or a demonstration asks of the simulators themselves. Never delayed, never faulted. */
import type { IncomingMessage } from 'node:http';
import type { Stats } from './counters';
import type { FaultRule } from './fault';
import { FaultFileError, readFaultFile } from './read-fault-file';
import { readBody } from './read-body';
import type { SimAnswer } from './route';

export interface Controlled {
  stats(): Stats;
  reset(): void;
  setFaults(rules: readonly FaultRule[]): void;
}

/** `GET stats`, `POST reset`, `PUT faults` (a fault file as body). */
export async function handleControl(
  method: string,
  path: string,
  incoming: IncomingMessage,
  controlled: Controlled,
): Promise<SimAnswer> {
  const body = await readBody(incoming);
  switch (`${method} ${path}`) {
    case 'GET /_control/stats':
      return { status: 200, body: controlled.stats() };
    case 'POST /_control/reset':
      controlled.reset();
      return { status: 204, body: null };
    case 'PUT /_control/faults':
      try {
        controlled.setFaults(readFaultFile(body?.toString('utf8') ?? ''));
        return { status: 204, body: null };
      } catch (error) {
        if (!(error instanceof FaultFileError)) throw error;
        return { status: 400, body: { error: 'the fault file cannot be used', problems: error.problems } };
      }
    default:
      return {
        status: 404,
        body: { error: 'control routes are GET /_control/stats, POST /_control/reset, PUT /_control/faults' },
      };
  }
}
