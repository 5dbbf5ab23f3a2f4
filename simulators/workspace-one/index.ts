/** Workspace ONE UEM as far as reading goes, with its token endpoint: facts/workspace-one.md. */
import type { Simulator, SimulatorParts } from '../kit/route';
import { makeAppRoutes } from './app-routes';
import { makeDailyQuota } from './daily-quota';
import { makeDeviceRoutes } from './device-routes';
import { makeOrganizationGroups } from './organization-groups';
import { makeTokenRoute } from './token-route';
import type { OAuthClient } from './token-route';
import { uemError } from './uem-error';
import { makeVersionedApi } from './versioned-api';
import type { BasicAccount } from './versioned-api';

export type { OAuthClient } from './token-route';
export type { BasicAccount } from './versioned-api';

/** One of the two recorded quotas, the other being 50,000 (facts/workspace-one.md §3). */
const USUAL_QUOTA = 250_000;
/** What the recorded pair of answers shows (facts/workspace-one.md §2.1). */
const USUAL_OFFSET_MINUTES = 60;

export interface WorkspaceOneOptions {
  /** Calls in 24 hours; 250,000 unless told. */
  readonly dailyQuota?: number;
  /** Zone of the API account, in minutes ahead of UTC; 60 unless told. */
  readonly offsetMinutes?: number;
  /** `aw-tenant-code` that every call must carry; none unless told. */
  readonly tenantCode?: string;
  /** The only client that gets tokens; any unless told. */
  readonly client?: OAuthClient;
  /** Account that may call with Basic; none unless told. */
  readonly basic?: BasicAccount;
  /** Type of `expires_in`; a number unless told. */
  readonly expiresIn?: 'number' | 'string';
}

/**
 * Served below `/ws1`, e.g. `GET /ws1/api/mdm/devices/search`. Route names for fault scripts: `ws1.token`,
 * `ws1.system-info`, `ws1.devices`, `ws1.extensive-search`, `ws1.device`, `ws1.apps`, `ws1.app-devices`.
 */
export function makeWorkspaceOneSimulator(parts: SimulatorParts & WorkspaceOneOptions): Simulator {
  const { fleet, tokens, clock } = parts;
  const quota = makeDailyQuota(parts.dailyQuota ?? USUAL_QUOTA, clock);
  const groups = makeOrganizationGroups(['Head Office', 'Field Service', 'Retail', 'Executives']);
  const api = makeVersionedApi({
    tokens,
    quota,
    tenantCode: parts.tenantCode ?? null,
    basic: parts.basic ?? null,
  });
  return {
    prefix: 'ws1',
    latency: 'workspace-one',
    issuer: 'workspace-one',
    fleet,
    routes: [
      makeTokenRoute({ tokens, client: parts.client ?? null, expiresIn: parts.expiresIn ?? 'number' }),
      {
        method: 'GET',
        path: '/api/system/info',
        name: 'ws1.system-info',
        kind: 'read',
        handle: api([1], () => ({
          status: 200,
          body: { ProductName: 'Workspace ONE UEM (simulated)', ProductVersion: '25.9.0.0' },
        })),
      },
      ...makeDeviceRoutes({ fleet, api, groups, offsetMinutes: parts.offsetMinutes ?? USUAL_OFFSET_MINUTES }),
      ...makeAppRoutes({ fleet, api, groups }),
    ],
    errorBody: (status) => uemError(status),
    reset: () => quota.reset(),
  };
}
