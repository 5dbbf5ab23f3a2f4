/**
 * Every call this connector can make, and the guard that refuses all others before they are sent.
 *
 * On this API a slip is a disaster: `POST /mdm/devices/bulk` deletes devices (facts/workspace-one.md §8 case 15). So the
 * guard sits at the one place all requests pass, below the code that builds URLs: what is not listed here has no code path.
 */
import { PermanentError } from '../../core/errors';
import type { HttpRequest, Transport } from '../http/transport';

export interface Route {
  readonly method: 'GET';
  /** Path template; `{uuid}` stands for one GUID. */
  readonly path: string;
  /** API version asked for in `Accept` and asserted in `X-Api-Version`. */
  readonly version: number;
  /** Role resources of the console, category API > REST (facts/workspace-one.md §1). */
  readonly privileges: readonly string[];
}

const DEVICES_READ = ['REST API Devices: Read'];
const APPS_READ = ['REST API Apps: Read'];

export const ROUTES = {
  deviceSearch: { method: 'GET', path: '/api/mdm/devices/search', version: 2, privileges: DEVICES_READ },
  extensiveSearch: { method: 'GET', path: '/api/mdm/devices/extensivesearch', version: 1, privileges: DEVICES_READ },
  device: { method: 'GET', path: '/api/mdm/devices/{uuid}', version: 2, privileges: DEVICES_READ },
  appSearch: { method: 'GET', path: '/api/mam/apps/search', version: 2, privileges: APPS_READ },
  appDevices: { method: 'GET', path: '/api/mam/apps/{uuid}/devices', version: 1, privileges: APPS_READ },
} as const satisfies Record<string, Route>;

const GUID = '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}';
const WHOLE_GUID = new RegExp(`^${GUID}$`, 'i');

const ALLOWED = Object.values(ROUTES).map(({ method, path }) => ({
  method,
  path: new RegExp(`^${path.replace('{uuid}', GUID)}$`, 'i'),
}));

/** True for what may stand in a path: anything else could turn the path into another call. */
export function isGuid(text: string): boolean {
  return WHOLE_GUID.test(text);
}

/** @param path without query, relative to the base URL. */
export function isAllowed(method: string, path: string): boolean {
  return ALLOWED.some((route) => route.method === method && route.path.test(path));
}

/** @returns the transport with every request outside the list refused by PermanentError before anything is sent. */
export function onlyAllowedCalls(transport: Transport, connectorId: string): Transport {
  const check = (request: HttpRequest): void => {
    const path = request.url.split('?', 1)[0] ?? request.url;
    if (isAllowed(request.method, path)) return;
    const endpoint = transport.endpoint(request);
    throw new PermanentError(`${endpoint} is not on the list of calls this connector may make; it was not sent`, {
      connectorId,
      endpoint,
      hint: 'This is a fault of Muster: report it. Nothing was changed in the MDM.',
    });
  };
  return {
    ...transport,
    async send(request, signal) {
      check(request);
      return transport.send(request, signal);
    },
    async stream(request, signal) {
      check(request);
      return transport.stream(request, signal);
    },
  };
}
