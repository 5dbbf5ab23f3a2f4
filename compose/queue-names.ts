/** The queues under the names that a deployment gives them. */
import type { WorkQueue } from '../core/ports/work-queue';

/** @param names logical name → name in the storage account; what is not among them keeps its name. */
export function withQueueNames(queue: WorkQueue, names: ReadonlyMap<string, string>): WorkQueue {
  const named = (name: string): string => names.get(name) ?? name;
  return {
    send: (name, body, options) => queue.send(named(name), body, options),
    receive: (name, options) => queue.receive(named(name), options),
    complete: (name, message) => queue.complete(named(name), message),
    release: (name, message, delaySeconds) => queue.release(named(name), message, delaySeconds),
    poison: (name, message, reason) => queue.poison(named(name), message, reason),
    depth: (name) => queue.depth(named(name)),
  };
}
