/** A simulated Jamf Pro server: token, version, privileges and the mobile device inventory. */
import type { Simulator } from '../kit/route';
import { accountRoutes } from './account-routes';
import { deviceRoutes } from './device-routes';
import { jamfBodyForStatus } from './jamf-answers';
import type { JamfSimulatorOptions } from './options';

export type { JamfOptions, JamfSimulatorOptions } from './options';

/**
 * Served below `/jamf`. Route names for fault scripts: `jamf.token`, `jamf.token-old`, `jamf.invalidate-token`,
 * `jamf.auth`, `jamf.version`, `jamf.privileges`, `jamf.devices`, `jamf.device-ids`, `jamf.device`.
 */
export function makeJamfSimulator(options: JamfSimulatorOptions): Simulator {
  return {
    prefix: 'jamf',
    latency: 'jamf',
    issuer: 'jamf',
    fleet: options.fleet,
    routes: [...accountRoutes(options), ...deviceRoutes(options)],
    errorBody: jamfBodyForStatus,
  };
}
