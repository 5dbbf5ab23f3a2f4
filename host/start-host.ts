/**
 * Runs all functions of a bundle on one machine, for development and small sites. It is no second platform: one process, no
 * scaling, no function keys but one, no output bindings, no triggers but HTTP, timer and queue (docs/serve.md).
 */
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { Clock } from '../core/ports/clock';
import type { EntityStore } from '../core/ports/entity-store';
import type { WorkQueue } from '../core/ports/work-queue';
import { loadApp } from './functions-core';
import type { Binding, LogSink, RegisteredFunction } from './functions-core';
import { readHostSettings } from './host-settings';
import { makeHttpFront } from './http-front';
import { listenToQueue } from './queue-listener';
import { nextOccurrence, runTimer } from './timer-schedule';

export interface HostOptions {
  /** The bundle that registers the functions. */
  readonly bundle: string;
  /** The folder with host.json. */
  readonly root: string;
  readonly port: number;
  /** Settings that bindings name as `%NAME%`. */
  readonly settings: Readonly<Record<string, string | undefined>>;
  readonly entities: EntityStore;
  readonly queue: WorkQueue;
  readonly clock: Clock;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly log: LogSink;
  readonly timers: boolean;
  /** How long a message stays with a handler that is never heard of again, in seconds. */
  readonly leaseSeconds: number;
}

export interface RunningHost {
  /** `http://127.0.0.1:PORT/api`. */
  readonly url: string;
  /** Opens functions of auth level `function`; new with every start. */
  readonly key: string;
  readonly functions: readonly RegisteredFunction[];
  /** Finishes what is in work, then ends. */
  close(): Promise<void>;
}

export async function startHost(options: HostOptions): Promise<RunningHost> {
  const { bundle, root, port, settings, entities, queue, clock, sleep, log, timers, leaseSeconds } = options;
  const host = await readHostSettings(root, settings);
  const app = loadApp(path.resolve(bundle), log);
  const key = randomBytes(24).toString('base64url');
  const stop = new AbortController();
  const starts: (() => Promise<void>)[] = [];
  const onError = (functionName: string, error: unknown): void =>
    log(functionName, 'error', 'host', error instanceof Error ? `${error.name}: ${error.message}` : String(error));

  const server = makeHttpFront({ app, prefix: host.routePrefix, key, onError });
  const answering = new Set<Promise<void>>();
  server.on('request', (_, response) => {
    const answered = new Promise<void>((resolve) => response.once('close', resolve)).finally(() =>
      answering.delete(answered),
    );
    answering.add(answered);
  });
  // A binding that cannot be used stops the start before anything runs.
  for (const { name, bindings } of app.functions) {
    for (const [binding, trigger] of Object.entries(bindings)) {
      const common = { app, functionName: name, binding, clock, sleep, onError };
      if (trigger.type === 'queueTrigger') {
        const queueName = resolved(text(trigger, 'queueName'), settings);
        const listener = { ...common, queue, queueName, settings: host.queues, leaseSeconds };
        starts.push(() => listenToQueue(listener, stop.signal));
      } else if (trigger.type === 'timerTrigger' && timers) {
        const expression = resolved(text(trigger, 'schedule'), settings);
        nextOccurrence(expression, clock.now());
        starts.push(() => runTimer({ ...common, expression, store: entities }, stop.signal));
      }
    }
  }
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  const work = starts.map((start) => start());
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/${host.routePrefix}`.replace(/\/+$/, ''),
    key,
    functions: app.functions,
    async close() {
      stop.abort();
      server.closeIdleConnections();
      server.close();
      await Promise.all([...work, ...answering]);
      server.closeAllConnections();
    },
  };
}

function text(binding: Binding, setting: string): string {
  const value = binding[setting];
  if (typeof value !== 'string') throw new Error(`a ${binding.type} without ${setting}`);
  return value;
}

/** `%NAME%` anywhere in a text is the setting of that name. @throws Error where it is not set, as on the platform. */
export function resolved(value: string, settings: HostOptions['settings']): string {
  return value.replace(/%([A-Za-z0-9_]+)%/g, (_, name: string) => {
    const found = settings[name];
    if (found === undefined || found === '') throw new Error(`the app setting ${name} is not set`);
    return found;
  });
}
