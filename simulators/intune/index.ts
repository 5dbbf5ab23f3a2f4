/** Microsoft Graph v1.0 as far as reading Intune goes, over a synthetic fleet: facts/intune-graph.md. */
import { makeMatchingOrdinals } from '../fleet/matching-ordinals';
import type { Simulator, SimulatorParts } from '../kit/route';
import { makeDetectedAppRoutes } from './detected-app-routes';
import { makeDeviceRoutes } from './device-routes';
import { makeExportJobs } from './export-jobs';
import type { ExportReady } from './export-jobs';
import { makeExportRoutes } from './export-routes';
import { makeGraphErrors } from './graph-error';
import { makeGuard } from './guard';
import { makeMobileAppRoutes } from './mobile-app-routes';
import { makeRateWindow } from './rate-window';
import type { RateLimit } from './rate-window';

export type { ExportReady } from './export-jobs';
export type { RateLimit } from './rate-window';

export interface IntuneOptions {
  /** When an export job is complete; at its second poll unless told. */
  readonly exportReady?: ExportReady;
  /** Of submissions and polls together; the documented one is 48 in 60 s. No limit unless told. */
  readonly exportLimit?: RateLimit;
  /** Of devices and detected apps; the documented one is 2,000 in 20 s. No limit unless told. */
  readonly deviceLimit?: RateLimit;
  /** Reports that this tenant refuses with 400. */
  readonly refusedReports?: readonly string[];
  /** What `@odata.count` of managedDevices counts; no source says. The collection unless told. */
  readonly countMeans?: 'collection' | 'page';
}

/**
 * Served below `/graph`, e.g. `GET /graph/v1.0/deviceManagement/managedDevices`. Route names for fault scripts:
 * `graph.devices`, `graph.devices.count`, `graph.device`, `graph.overview`, `graph.detected-apps`,
 * `graph.detected-app.devices`, `graph.export-jobs.create`, `graph.export-jobs.poll`, `graph.download`,
 * `graph.mobile-apps`, `graph.mobile-app`.
 */
export function makeIntuneSimulator(parts: SimulatorParts & IntuneOptions): Simulator {
  const { fleet, tokens, clock } = parts;
  const errors = makeGraphErrors(clock);
  const matching = makeMatchingOrdinals(fleet);
  const jobs = makeExportJobs(clock, parts.exportReady ?? { polls: 2 });
  const exportWindow = parts.exportLimit === undefined ? null : makeRateWindow(parts.exportLimit, clock);
  const deviceWindow = parts.deviceLimit === undefined ? null : makeRateWindow(parts.deviceLimit, clock);
  const guard = makeGuard({ tokens, errors, window: deviceWindow });
  return {
    prefix: 'graph',
    latency: 'graph',
    issuer: 'entra',
    fleet,
    routes: [
      ...makeDeviceRoutes({ fleet, matching, errors, guard, countMeans: parts.countMeans ?? 'collection' }),
      ...makeDetectedAppRoutes({ fleet, matching, errors, guard }),
      ...makeExportRoutes({
        fleet,
        clock,
        errors,
        jobs,
        guard: makeGuard({ tokens, errors, window: exportWindow }),
        refusedReports: parts.refusedReports ?? [],
      }),
      ...makeMobileAppRoutes({ errors, guard: makeGuard({ tokens, errors, window: null }) }),
    ],
    errorBody: (status) => errors.body(status),
    reset() {
      jobs.reset();
      exportWindow?.reset();
      deviceWindow?.reset();
    },
  };
}
