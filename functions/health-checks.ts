/** What each app asks of itself to call itself healthy: one read of the state, with the identity it works with. */
import { openEdge } from './app/edge';
import { withWorker } from './app/worker';

export async function checkEdge(): Promise<void> {
  const { runs } = await openEdge();
  await runs.getRun('health');
}

export async function checkWorker(): Promise<void> {
  await withWorker(({ ports }) => ports.runs.getRun('health'));
}
