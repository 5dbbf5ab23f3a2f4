/** A program: `node monitor-program ENDPOINT` counts, measures and spans something with Azure Monitor on, then ends. */
import { startAzureMonitor } from '../../telemetry/azure-monitor';
import { makeTelemetry } from '../../telemetry/make-telemetry';

async function main(): Promise<void> {
  const [, , endpoint = ''] = process.argv;
  const end = startAzureMonitor({
    connectionString: `InstrumentationKey=00000000-0000-4000-8000-000000000001;IngestionEndpoint=${endpoint}`,
    credential: {
      getToken: async () => ({ token: 'token-of-the-identity', expiresOnTimestamp: Date.now() + 3_600_000 }),
    },
    service: 'muster-worker',
    version: '1.2.3',
  });
  const telemetry = makeTelemetry({ minimum: 'info', print: () => undefined });
  telemetry.count('pull.devices', 40, { connectorId: 'jamf' });
  telemetry.count('pull.devices', 2, { connectorId: 'jamf' });
  telemetry.measure('queue.ageSeconds', 7, { queue: 'sweep-page' });
  await telemetry.span('sweep-page', { connectorId: 'jamf', note: 'call +49 151 23456789' }, async () =>
    telemetry.span('inner', {}, async () => undefined),
  );
  await telemetry
    .span('failing', {}, () => Promise.reject(new Error('Authorization: Bearer abcDEF123456')))
    .catch(() => undefined);
  await end();
}

void main();
