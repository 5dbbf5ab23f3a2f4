/** Whether a receipt still counts, as the service's answer to its use tells. */
import { failureOf } from './azure-errors';

/** What the work gives; null when the receipt is not the current one, or the message is gone. */
export async function ifCurrent<T>(work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const failure = failureOf(error);
    // A stale receipt is a 400 of its own or, where the message went on to another receiver, a 404.
    if (failure?.status === 404 || failure?.code === 'PopReceiptMismatch') return null;
    throw error;
  }
}
