/** One operation of ours on the storage account: what the pipeline below the SDKs knows of it, and how it fails. */
import { AsyncLocalStorage } from 'node:async_hooks';
import { toFailure } from './azure-errors';

export type Service = 'table' | 'queue' | 'blob';

export interface CallName {
  readonly service: Service;
  /** Verb of the port, e.g. `batch`. */
  readonly operation: string;
  /** Table, queue or container. Never a key, a blob's name or a message. */
  readonly resource: string;
}

export interface CallOptions {
  /**
   * False where doing it twice does harm: then a try whose outcome is unknown (a time-out, a cut connection, a 500) is
   * the last one. Tries that surely did nothing are repeated all the same.
   */
  readonly repeatable?: boolean;
}

export interface Call extends CallName, Required<CallOptions> {
  /** A try ended without telling whether the service did it: what a later try meets may be our own work. */
  doubtful: boolean;
  /** Changes the text of a request once, before it is first sent. */
  rewrite: ((body: string) => string) | null;
}

const calls = new AsyncLocalStorage<Call>();

/**
 * Runs the work as one call. The SDKs have no place of their own for it in a request; the async context is the same way
 * through all three.
 * @throws {TransientError | PermanentError} in place of what the SDKs throw; other errors pass.
 */
export async function inCall<T>(
  name: CallName,
  work: (call: Call) => Promise<T>,
  { repeatable = true }: CallOptions = {},
): Promise<T> {
  const call: Call = { ...name, repeatable, doubtful: false, rewrite: null };
  try {
    return await calls.run(call, () => work(call));
  } catch (error) {
    throw toFailure(error, call);
  }
}

/** The call that the running code belongs to; null outside of one. */
export function currentCall(): Call | null {
  return calls.getStore() ?? null;
}
