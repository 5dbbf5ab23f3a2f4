/** What can be set about a simulated Jamf Pro server. */
import type { SimulatorParts } from '../kit/route';

export interface JamfOptions {
  /** As `/api/v1/jamf-pro-version` prints it; features follow from it (facts/jamf-pro.md §2.6). */
  readonly version?: string;
  /** Whether `/api/v1/oauth/token` exists; older servers know `/api/oauth/token` only (facts/jamf-pro.md §1.1). */
  readonly tokenPathV1?: boolean;
  /** Privileges of the client; a call that needs another one is refused with 403. */
  readonly privileges?: readonly string[];
  /** Ids of devices that the server cannot print: a 500 for their page, a null section when LENIENT. */
  readonly brokenDevices?: readonly number[];
}

export interface JamfSimulatorOptions extends SimulatorParts, JamfOptions {
  readonly clientId: string;
  readonly clientSecret: string;
}

/** Rows per page, whatever is asked beyond it: the server cuts silently (facts/jamf-pro.md §2.3). */
export const MAX_PAGE_SIZE = 2000;

export const DEFAULT_VERSION = '11.30.1-t1784555528405';

/** The privileges that reading an inventory takes, and those a real reader has beside them (facts/jamf-pro.md §1.4). */
export const READER_PRIVILEGES: readonly string[] = [
  'Read API Roles',
  'Read Mobile Devices',
  'Read Smart Mobile Device Groups',
  'Read Static Mobile Device Groups',
  'View MDM command information in Jamf Pro API',
];

/** Features that came with a version. */
export interface JamfFeatures {
  /** `exception-handling`, since 11.29. */
  readonly lenient: boolean;
  /** `lastContactDate`, since 11.30. */
  readonly lastContact: boolean;
}

/** @param version e.g. `11.28.1-t123`. */
export function featuresOf(version: string): JamfFeatures {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const atLeast = (wanted: number): boolean => major > 11 || (major === 11 && minor >= wanted);
  return { lenient: atLeast(29), lastContact: atLeast(30) };
}
