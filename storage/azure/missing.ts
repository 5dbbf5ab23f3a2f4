/** What happens when a table, queue or container does not exist: in production that is a mistake of the deployment. */
import { ConfigError } from '../../core/errors';
import { failureOf } from './azure-errors';
import type { Service } from './call';

interface Kind {
  readonly noun: string;
  readonly code: string;
}

const KINDS: Readonly<Record<Service, Kind>> = {
  table: { noun: 'table', code: 'TableNotFound' },
  queue: { noun: 'queue', code: 'QueueNotFound' },
  blob: { noun: 'container', code: 'ContainerNotFound' },
};

export interface MissingPolicy {
  /** Does the work; where what it works on is absent, creates that and does the work once more. */
  writing<T>(service: Service, name: string, create: () => Promise<unknown>, work: () => Promise<T>): Promise<T>;
  /** Does the work; where what it works on is absent, that is as good as empty. */
  reading<T>(service: Service, name: string, empty: T, work: () => Promise<T>): Promise<T>;
}

/**
 * @param createMissing false where the identity may not create anything, as in production: absence is then a ConfigError
 * that says what to deploy, to readers too, since an answer of "nothing there" would pass for an empty fleet.
 */
export function makeMissingPolicy(createMissing: boolean): MissingPolicy {
  return {
    async writing(service, name, create, work) {
      try {
        return await work();
      } catch (error) {
        if (!isMissing(service, error)) throw error;
        if (!createMissing) throw notDeployed(service, name);
      }
      await create();
      return work();
    },
    async reading(service, name, empty, work) {
      try {
        return await work();
      } catch (error) {
        if (!isMissing(service, error)) throw error;
        if (!createMissing) throw notDeployed(service, name);
        return empty;
      }
    },
  };
}

function isMissing(service: Service, error: unknown): boolean {
  return failureOf(error)?.code === KINDS[service].code;
}

function notDeployed(service: Service, name: string): ConfigError {
  const { noun } = KINDS[service];
  const message = `the storage account has no ${noun} "${name}"`;
  const hint = `Deploy the ${noun} "${name}" with the infrastructure: the app's identity may not create it.`;
  return new ConfigError(message, [{ path: 'state', message, hint }], { hint });
}
