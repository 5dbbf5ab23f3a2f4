/** host.json, as far as this host heeds it. */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import type { QueueSettings } from './queue-listener';

const span = z
  .string()
  .regex(/^\d{2}:\d{2}:\d{2}$/)
  .transform((text) => {
    const [hours = 0, minutes = 0, seconds = 0] = text.split(':').map(Number);
    return (hours * 60 + minutes) * 60 + seconds;
  });

const hostJson = z.object({
  version: z.literal('2.0'),
  extensions: z.object({
    http: z.object({ routePrefix: z.string() }),
    queues: z.object({
      batchSize: z.int().min(1).max(32),
      newBatchThreshold: z.int().min(0),
      visibilityTimeout: span,
      maxDequeueCount: z.int().min(1),
      maxPollingInterval: span,
    }),
  }),
});

export interface HostSettings {
  readonly routePrefix: string;
  readonly queues: QueueSettings;
}

/** @param root folder of the app, where host.json lies. */
export async function readHostSettings(root: string): Promise<HostSettings> {
  const parsed = hostJson.parse(JSON.parse(await readFile(path.join(root, 'host.json'), 'utf8')));
  const { http, queues } = parsed.extensions;
  return {
    routePrefix: http.routePrefix,
    queues: {
      batchSize: queues.batchSize,
      newBatchThreshold: queues.newBatchThreshold,
      visibilityTimeoutSeconds: queues.visibilityTimeout,
      maxDequeueCount: queues.maxDequeueCount,
      maxPollingIntervalMs: queues.maxPollingInterval * 1000,
    },
  };
}
