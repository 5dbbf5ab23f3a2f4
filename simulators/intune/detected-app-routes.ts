/** `detectedApps` and their devices, with the throttling and the empty expansion that the field met. */
import type { MatchingOrdinals } from '../fleet/matching-ordinals';
import type { MutableFleet } from '../fleet/synthetic-device';
import { cappedPageSize } from '../kit/content-faults';
import { JsonWriter } from '../kit/json-writer';
import type { SimAnswer, SimRequest, SimRoute } from '../kit/route';
import type { DetectedApp } from './detected-apps';
import { hasDetectedApp, makeDetectedApps } from './detected-apps';
import { noSuchProperty, pageAfter } from './device-routes';
import type { GraphErrors } from './graph-error';
import type { Guard } from './guard';
import { askedPageSize, collectionAnswer, MAX_PAGE_SIZE, plainRow } from './keyset-page';
import { listRow } from './managed-device-row';
import { discoveredApps } from './observable-apps';
import { pageOfRequest, readSkipToken } from './skip-token';

const APPS = '/v1.0/deviceManagement/detectedApps';
/** Rows of a page without `$top`: a guess, no source was found. */
const USUAL_PAGE_SIZE = 50;

export interface DetectedAppRouteParts {
  readonly fleet: MutableFleet;
  readonly matching: MatchingOrdinals;
  readonly errors: GraphErrors;
  readonly guard: Guard;
}

export function makeDetectedAppRoutes({ fleet, matching, errors, guard }: DetectedAppRouteParts): SimRoute[] {
  const detected = makeDetectedApps(fleet);
  const writer = new JsonWriter();

  const list = async (request: SimRequest): Promise<SimAnswer> => {
    const { query } = request;
    // T9: the sort that costs the service too much, refused without Retry-After.
    if (/deviceCount/i.test(query.get('$orderby') ?? '')) return errors.answer(429);
    const size = askedPageSize(query, USUAL_PAGE_SIZE);
    if (size === null) return errors.answer(400, `Invalid value for $top: ${query.get('$top') ?? ''}`);
    const token = query.get('$skiptoken');
    const current = token === null ? null : readSkipToken(token);
    if (token !== null && current === null) return errors.answer(400, 'The skip token is not valid.');

    const test = nameTest(query.get('$filter'));
    const all = (await detected.all()).filter(test);
    const start = current?.after ?? 0;
    const end = start + cappedPageSize(request, size);
    // T10: the expansion comes back empty although deviceCount is above zero.
    const expanded = /managedDevices/i.test(query.get('$expand') ?? '') ? { managedDevices: [] } : {};
    return collectionAnswer(writer, request, {
      context: 'deviceManagement/detectedApps',
      current,
      row: plainRow,
      rows: all.slice(start, end).map((app) => ({ ...app, ...expanded })),
      next: end < all.length ? { page: (current?.page ?? 0) + 1, after: end } : null,
      total: all.length,
    });
  };

  const devices = async (request: SimRequest): Promise<SimAnswer> => {
    const { query } = request;
    const id = request.params.id ?? '';
    const app = (await detected.all()).find((one) => one.id === id);
    if (app === undefined) return errors.answer(404);
    const size = askedPageSize(query, MAX_PAGE_SIZE);
    if (size === null) return errors.answer(400, `Invalid value for $top: ${query.get('$top') ?? ''}`);
    const row = listRow(query.get('$select'));
    if ('unknown' in row) return noSuchProperty(errors, row.unknown);
    const token = query.get('$skiptoken');
    const current = token === null ? null : readSkipToken(token);
    if (token !== null && current === null) return errors.answer(400, 'The skip token is not valid.');

    const having = await matching.of(`detected ${id}`, (ordinal) => {
      const device = fleet.device(ordinal);
      return device !== null && hasDetectedApp(app, discoveredApps(device));
    });
    const page = pageAfter(fleet, having, current, cappedPageSize(request, size));
    const context = `deviceManagement/detectedApps('${id}')/managedDevices`;
    return collectionAnswer(writer, request, { context, current, row, ...page });
  };

  return [
    {
      method: 'GET',
      path: APPS,
      name: 'graph.detected-apps',
      kind: 'read',
      page: ({ query }) => pageOfRequest(query),
      handle: guard(list),
    },
    {
      method: 'GET',
      path: `${APPS}/:id/managedDevices`,
      name: 'graph.detected-app.devices',
      kind: 'read',
      page: ({ query }) => pageOfRequest(query),
      handle: guard(devices),
    },
  ];
}

/** `displayName eq 'x'`, `contains(displayName,'x')`, `startswith(displayName,'x')`; anything else is ignored. */
function nameTest(filter: string | null): (app: DetectedApp) => boolean {
  const text = filter ?? '';
  const equal = /^\(?displayName eq '([^']*)'\)?$/i.exec(text)?.[1]?.toLowerCase();
  if (equal !== undefined) return ({ displayName }) => displayName.toLowerCase() === equal;
  const [, call, part = ''] = /^\(?(contains|startswith)\(displayName,\s*'([^']*)'\)\)?$/i.exec(text) ?? [];
  const wanted = part.toLowerCase();
  switch (call?.toLowerCase()) {
    case 'contains':
      return ({ displayName }) => displayName.toLowerCase().includes(wanted);
    case 'startswith':
      return ({ displayName }) => displayName.toLowerCase().startsWith(wanted);
    default:
      return () => true;
  }
}
