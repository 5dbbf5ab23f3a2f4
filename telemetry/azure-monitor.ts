/**
 * Counters and spans to Azure Monitor, where the app has an address for them: with the identity of the app, since local
 * authentication of Application Insights is off (facts/azure-functions.md §2.6). Log records go through the platform.
 */
import { AzureMonitorMetricExporter, AzureMonitorTraceExporter } from '@azure/monitor-opentelemetry-exporter';
import { metrics, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { MeterProvider, PeriodicExportingMetricReader } from '@opentelemetry/sdk-metrics';
import { BasicTracerProvider, BatchSpanProcessor } from '@opentelemetry/sdk-trace-base';
import { context } from '@opentelemetry/api';
import type { TokenCredential } from '@azure/identity';

export interface AzureMonitorOptions {
  /** Names the place; it is no secret. */
  readonly connectionString: string;
  readonly credential: TokenCredential;
  /** `muster-edge` or `muster-worker`. */
  readonly service: string;
  readonly version: string;
}

const EVERY_MS = 60_000;

/** @returns what sends the rest, for when the app ends. Telemetry that cannot be sent is dropped and stops no work. */
export function startAzureMonitor({
  connectionString,
  credential,
  service,
  version,
}: AzureMonitorOptions): () => Promise<void> {
  const resource = resourceFromAttributes({ 'service.name': service, 'service.version': version });
  const options = { connectionString, credential };
  const meters = new MeterProvider({
    resource,
    readers: [
      new PeriodicExportingMetricReader({
        exporter: new AzureMonitorMetricExporter(options),
        exportIntervalMillis: EVERY_MS,
      }),
    ],
  });
  const tracers = new BasicTracerProvider({
    resource,
    spanProcessors: [new BatchSpanProcessor(new AzureMonitorTraceExporter(options))],
  });
  metrics.setGlobalMeterProvider(meters);
  trace.setGlobalTracerProvider(tracers);
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  return async () => {
    await Promise.allSettled([meters.shutdown(), tracers.shutdown()]);
  };
}
