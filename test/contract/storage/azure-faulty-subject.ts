/** The state in Azure behind proxies that a test can break, and beside it the same account with nothing in between. */
import type { LogFields, LogLevel } from '../../../core/ports/telemetry';
import { SILENT } from '../../../core/ports/telemetry';
import { openAzureState } from '../../../storage/azure/open-state';
import type { AzureState } from '../../../storage/azure/open-state';
import type { RetryLimits } from '../../../storage/azure/request-policy';
import { startAzurite } from '../../support/azurite';
import { startFaultProxy } from '../../support/fault-proxy';
import type { Fate, FaultProxy } from '../../support/fault-proxy';

export interface Logged {
  readonly level: LogLevel;
  readonly event: string;
  readonly fields: LogFields;
}

/** As in production, but for pauses that a test can wait for. */
export const LIMITS: RetryLimits = { tries: 4, firstPauseMs: 10, longestPauseMs: 50, tryMs: 10_000 };

export interface FaultySubject {
  readonly state: AzureState;
  readonly direct: AzureState;
  readonly proxies: Readonly<Record<'table' | 'queue' | 'blob', FaultProxy>>;
  /** What the state behind the proxies has logged. */
  readonly logged: Logged[];
  readonly accountKey: string;
  /** One more state behind the proxies. */
  open(limits: RetryLimits): AzureState;
  /** Forgets the log, and lets everything pass again. */
  calm(): void;
  close(): Promise<void>;
}

export async function openFaulty(): Promise<FaultySubject> {
  const azurite = await startAzurite();
  const proxies = {
    table: await startFaultProxy(azurite.table),
    queue: await startFaultProxy(azurite.queue),
    blob: await startFaultProxy(azurite.blob),
  };
  const { connectionString } = azurite;
  const broken = (['table', 'queue', 'blob'] as const).reduce(
    (text, service) => text.replace(azurite[service], proxies[service].url),
    connectionString,
  );
  const logged: Logged[] = [];
  const telemetry = {
    ...SILENT,
    log: (level: LogLevel, event: string, fields: LogFields = {}) => void logged.push({ level, event, fields }),
  };
  const clock = { now: () => Date.now() };
  const open = (retry: RetryLimits): AzureState =>
    openAzureState({ kind: 'connection-string', connectionString: broken }, { clock, telemetry, retry });
  const state = open(LIMITS);
  const direct = openAzureState({ kind: 'connection-string', connectionString }, { clock, telemetry: SILENT });
  return {
    state,
    direct,
    proxies,
    logged,
    accountKey: /AccountKey=([^;]+)/.exec(connectionString)?.[1] ?? '',
    open,
    calm: () => {
      logged.length = 0;
      for (const proxy of Object.values(proxies)) proxy.fate = () => 'pass';
    },
    close: async () => {
      state.close();
      // Once more does no harm.
      state.close();
      direct.close();
      for (const proxy of Object.values(proxies)) await proxy.close();
      await azurite.close();
    },
  };
}

/** The first of the coming requests meets this fate, all others pass. */
export function first(proxy: FaultProxy, fate: Fate): void {
  const at = proxy.seen.length + 1;
  proxy.fate = ({ number }) => (number === at ? fate : 'pass');
}
