/** Device search, extensive search and single devices (facts/workspace-one.md §2.1, §2.3, §2.4). */
import { makeMatchingOrdinals } from '../fleet/matching-ordinals';
import type { MutableFleet, SyntheticDevice } from '../fleet/synthetic-device';
import { writeRows } from '../kit/json-template';
import type { JsonTemplate } from '../kit/json-template';
import { JsonWriter } from '../kit/json-writer';
import type { SimAnswer, SimRoute } from '../kit/route';
import { parseDeviceFilter } from './device-filter';
import { deviceV2 } from './device-v2';
import { extensiveRowTemplate } from './extensive-row';
import { askedPage, devicePage } from './numbered-page';
import type { OrganizationGroups } from './organization-groups';
import { searchRowTemplate } from './search-row';
import { uemError } from './uem-error';
import type { UemRequest, VersionedApi } from './versioned-api';

const DEVICES = '/api/mdm/devices';

export interface DeviceRouteParts {
  readonly fleet: MutableFleet;
  readonly api: VersionedApi;
  readonly groups: OrganizationGroups;
  readonly offsetMinutes: number;
}

export function makeDeviceRoutes({ fleet, api, groups, offsetMinutes }: DeviceRouteParts): SimRoute[] {
  const matching = makeMatchingOrdinals(fleet);
  const context = { groups, offsetMinutes };
  const writer = new JsonWriter();
  const searchRow = searchRowTemplate(context);
  const extensiveRow = extensiveRowTemplate(context);

  const jsonAnswer = (): SimAnswer => ({
    status: 200,
    headers: { 'content-type': 'application/json; charset=utf-8' },
    body: writer.take(),
  });

  const pageOf = async (
    request: UemRequest,
    kind: 'search' | 'extensive',
    row: JsonTemplate<SyntheticDevice>,
  ): Promise<SimAnswer> => {
    const asked = askedPage(request);
    if (asked === null) return { status: 400, body: uemError(400, 'Invalid page or pagesize.') };
    const filter = parseDeviceFilter(kind, request.query, { fleet, ...context });
    if ('bad' in filter) return { status: 400, body: uemError(400, `Invalid value: ${filter.bad}`) };
    const ordinals =
      filter.key === '' ? null : await matching.of(`${kind} ${filter.key}`, (ordinal) => filter.test(ordinal));
    const isDescending = request.query.get('sortorder')?.toUpperCase() === 'DESC';
    const { devices, total } = devicePage(request, fleet, ordinals, asked, isDescending);
    // No rows is no body: facts/workspace-one.md §2.1.
    if (devices.length === 0) return { status: 204, body: null };
    writer.text('{"Devices":[');
    writeRows(writer, devices, row);
    writer.text(`],"Page":${asked.page},"PageSize":${asked.size},"Total":${total}}`);
    return jsonAnswer();
  };

  /** v1 knows the number, v2 the UUID. */
  const single = ({ params, version }: UemRequest): SimAnswer => {
    const id = params.id ?? '';
    const ordinal = version === 1 ? (/^\d{1,10}$/.test(id) ? Number(id) : null) : fleet.find(id);
    const device = ordinal === null ? null : fleet.device(ordinal);
    if (device === null || (version !== 1 && device.guid !== id.toLowerCase())) {
      return { status: 404, body: uemError(404) };
    }
    if (version !== 1) return { status: 200, body: deviceV2(device, groups) };
    searchRow(writer, device);
    return jsonAnswer();
  };

  return [
    {
      method: 'GET',
      path: `${DEVICES}/search`,
      name: 'ws1.devices',
      kind: 'read',
      handle: api([1, 2], (request) => pageOf(request, 'search', searchRow)),
    },
    {
      method: 'GET',
      path: `${DEVICES}/extensivesearch`,
      name: 'ws1.extensive-search',
      kind: 'read',
      handle: api([1], (request) => pageOf(request, 'extensive', extensiveRow)),
    },
    { method: 'GET', path: `${DEVICES}/:id`, name: 'ws1.device', kind: 'read', handle: api([1, 2], single) },
  ];
}
