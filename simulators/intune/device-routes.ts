/** `managedDevices`: list, count, one device, and the overview (facts/intune-graph.md §1.1 to §1.3). */
import type { MatchingOrdinals } from '../fleet/matching-ordinals';
import { positionAfter } from '../fleet/matching-ordinals';
import type { MutableFleet, SyntheticDevice } from '../fleet/synthetic-device';
import { cappedPageSize, faultOf, statedTotal } from '../kit/content-faults';
import { JsonWriter } from '../kit/json-writer';
import type { SimAnswer, SimRequest, SimRoute } from '../kit/route';
import { parseDeviceFilter } from './device-filter';
import type { DeviceFilter } from './device-filter';
import type { GraphErrors } from './graph-error';
import type { Guard } from './guard';
import { askedPageSize, collectionAnswer, MAX_PAGE_SIZE } from './keyset-page';
import type { KeysetPage } from './keyset-page';
import { listRow, singleRow } from './managed-device-row';
import { pageOfRequest, readSkipToken } from './skip-token';
import type { SkipToken } from './skip-token';

const DEVICES = '/v1.0/deviceManagement/managedDevices';

export interface DeviceRouteParts {
  readonly fleet: MutableFleet;
  readonly matching: MatchingOrdinals;
  readonly errors: GraphErrors;
  readonly guard: Guard;
  /** No source says whether `@odata.count` counts the collection or the page: facts/intune-graph.md §1.3. */
  readonly countMeans: 'collection' | 'page';
}

export function makeDeviceRoutes({ fleet, matching, errors, guard, countMeans }: DeviceRouteParts): SimRoute[] {
  const writer = new JsonWriter();

  const refuse = (filter: DeviceFilter): SimAnswer | null => {
    if (filter.kind === 'crash') return errors.answer(500);
    return filter.kind === 'invalid' ? errors.answer(400, filter.message) : null;
  };

  /** @returns the ordinals that the filter keeps; null when it keeps all. */
  const kept = async (text: string | null, filter: DeviceFilter): Promise<Uint32Array | null> =>
    filter.kind === 'test' ? matching.of(`graph ${text ?? ''}`, (ordinal) => filter.test(fleet, ordinal)) : null;

  const list = async (request: SimRequest): Promise<SimAnswer> => {
    const { query } = request;
    const size = askedPageSize(query, MAX_PAGE_SIZE);
    if (size === null) return errors.answer(400, `Invalid value for $top: ${query.get('$top') ?? ''}`);
    const row = listRow(query.get('$select'));
    if ('unknown' in row) return noSuchProperty(errors, row.unknown);
    const text = query.get('$filter');
    const filter = parseDeviceFilter(text);
    const refusal = refuse(filter);
    if (refusal !== null) return refusal;
    const token = query.get('$skiptoken');
    const current = token === null ? null : readSkipToken(token);
    if (token !== null && current === null) return errors.answer(400, 'The skip token is not valid.');

    const page = pageAfter(fleet, await kept(text, filter), current, cappedPageSize(request, size));
    const skipped = Number(query.get('$skip') ?? '0') > 0;
    return collectionAnswer(writer, request, {
      context: 'deviceManagement/managedDevices',
      current,
      row,
      // `$skip` is broken: no rows, and a link to go on (facts/intune-graph.md §1.3, T2).
      rows: skipped ? [] : page.rows,
      next: skipped ? { page: 1, after: 0 } : page.next,
      total: countMeans === 'page' ? page.rows.length : page.total,
    });
  };

  const count = async (request: SimRequest): Promise<SimAnswer> => {
    const text = request.query.get('$filter');
    const filter = parseDeviceFilter(text);
    const refusal = refuse(filter);
    if (refusal !== null) return refusal;
    const matches = await kept(text, filter);
    const total = statedTotal(request, matches === null ? fleet.size : matches.length);
    return { status: 200, headers: { 'content-type': 'text/plain' }, body: String(total) };
  };

  const single = (request: SimRequest): SimAnswer => {
    const context = `${request.base}/v1.0/$metadata#deviceManagement/managedDevices/$entity`;
    const row = singleRow(request.query.get('$select'), context);
    if ('unknown' in row) return noSuchProperty(errors, row.unknown);
    const ordinal = fleet.find(request.params.id ?? '');
    const device = ordinal === null ? null : fleet.device(ordinal);
    // The Entra device id finds nothing here, only the Intune id does.
    if (device === null || device.guid !== request.params.id?.toLowerCase()) return errors.answer(404);
    row(writer, device);
    return { status: 200, headers: { 'content-type': 'application/json' }, body: writer.take() };
  };

  const overview = async (request: SimRequest): Promise<SimAnswer> => {
    const of = async (platform: SyntheticDevice['platform']): Promise<number> =>
      faultOf(request, 'empty') === null
        ? (await matching.of(`platform ${platform}`, (ordinal) => fleet.platform(ordinal) === platform)).length
        : 0;
    const total = statedTotal(request, fleet.size);
    return {
      status: 200,
      body: {
        '@odata.context': `${request.base}/v1.0/$metadata#deviceManagement/managedDeviceOverview/$entity`,
        id: 'ea0d1b2c-0000-4000-8000-000000000001',
        enrolledDeviceCount: total,
        mdmEnrolledCount: total,
        dualEnrolledDeviceCount: 0,
        deviceOperatingSystemSummary: {
          androidCount: await of('android'),
          iosCount: (await of('ios')) + (await of('ipados')),
          windowsCount: await of('windows'),
          macOSCount: 0,
          windowsMobileCount: 0,
          unknownCount: 0,
        },
      },
    };
  };

  return [
    // `$count` before `:id`, which would take it for an id.
    { method: 'GET', path: `${DEVICES}/$count`, name: 'graph.devices.count', kind: 'read', handle: guard(count) },
    {
      method: 'GET',
      path: DEVICES,
      name: 'graph.devices',
      kind: 'read',
      page: ({ query }) => pageOfRequest(query),
      handle: guard(list),
    },
    { method: 'GET', path: `${DEVICES}/:id`, name: 'graph.device', kind: 'read', handle: guard(single) },
    {
      method: 'GET',
      path: '/v1.0/deviceManagement/managedDeviceOverview',
      name: 'graph.overview',
      kind: 'read',
      handle: guard(overview),
    },
  ];
}

/**
 * @param ordinals those to choose from, ascending; null: the whole fleet.
 * @param current null for the first page.
 */
export function pageAfter(
  fleet: MutableFleet,
  ordinals: Uint32Array | null,
  current: SkipToken | null,
  size: number,
): KeysetPage<SyntheticDevice> {
  const after = current?.after ?? 0;
  const total = ordinals === null ? fleet.size : ordinals.length;
  const start = ordinals === null ? fleet.positionAfter(after) : positionAfter(ordinals, after);
  const rows =
    ordinals === null
      ? fleet.slice(start, size)
      : [...ordinals.subarray(start, start + size)].flatMap((ordinal) => fleet.device(ordinal) ?? []);
  const last = ordinals === null ? rows.at(-1)?.ordinal : ordinals[Math.min(start + size, total) - 1];
  const next = start + size < total && last !== undefined ? { page: (current?.page ?? 0) + 1, after: last } : null;
  return { rows, next, total };
}

export function noSuchProperty(errors: GraphErrors, name: string): SimAnswer {
  return errors.answer(
    400,
    `Parsing OData Select and Expand failed: Could not find a property named '${name}' on type 'microsoft.management.services.api.managedDevice'.`,
  );
}
