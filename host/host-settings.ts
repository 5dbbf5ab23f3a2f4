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

const OVERRIDE = /^AzureFunctionsJobHost__(.+)$/i;

/**
 * @param root folder of the app, where host.json lies.
 * @param settings app settings: `AzureFunctionsJobHost__extensions__queues__batchSize` and the like stand above host.json,
 *   as on the platform.
 * @throws where host.json or a setting says what this host does not understand.
 */
export async function readHostSettings(
  root: string,
  settings: Readonly<Record<string, string | undefined>> = {},
): Promise<HostSettings> {
  const file: unknown = JSON.parse(await readFile(path.join(root, 'host.json'), 'utf8'));
  for (const [name, value] of Object.entries(settings)) {
    const place = OVERRIDE.exec(name)?.[1];
    if (place !== undefined && value !== undefined) override(file, place.split('__'), value);
  }
  const { http, queues } = hostJson.parse(file).extensions;
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

function override(value: unknown, [name, ...rest]: readonly string[], text: string): void {
  if (typeof value !== 'object' || value === null || name === undefined) return;
  const members = value as Record<string, unknown>;
  if (rest.length > 0) override(members[name], rest, text);
  else members[name] = /^\d+$/.test(text) ? Number(text) : text;
}
