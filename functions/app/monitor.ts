/** Azure Monitor, where the platform says that there is one. */
import { app } from '@azure/functions';
import packageJson from '../../package.json';
import { once } from './once';

let stop: (() => Promise<void>) | null = null;

/** With the first invocation, and only in Azure: without a connection string, counters and spans go nowhere. */
export const startMonitor = once(async (): Promise<void> => {
  const connectionString = process.env['APPLICATIONINSIGHTS_CONNECTION_STRING'];
  const clientId = process.env['AZURE_CLIENT_ID'];
  if (connectionString === undefined || connectionString === '' || clientId === undefined) return;
  const [{ startAzureMonitor }, { ManagedIdentityCredential }] = await Promise.all([
    import('../../telemetry/azure-monitor.js'),
    import('@azure/identity'),
  ]);
  stop = startAzureMonitor({
    connectionString,
    credential: new ManagedIdentityCredential({ clientId }),
    service: process.env['OTEL_SERVICE_NAME'] ?? process.env['WEBSITE_SITE_NAME'] ?? 'muster',
    version: packageJson.version,
  });
});

/** What was counted since the last minute is sent before the process ends. */
export function registerMonitorEnd(): void {
  app.hook.appTerminate(async () => {
    await stop?.();
  });
}
