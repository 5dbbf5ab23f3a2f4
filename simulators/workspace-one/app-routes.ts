/** App catalogue and devices of one app: the way to app versions without a call per device. */
import { makeMatchingOrdinals } from '../fleet/matching-ordinals';
import type { MutableFleet } from '../fleet/synthetic-device';
import type { SimAnswer, SimRoute } from '../kit/route';
import { appDeviceRow, CATALOG, isAssigned } from './app-catalog';
import type { CatalogApp } from './app-catalog';
import { askedPage, devicePage } from './numbered-page';
import type { OrganizationGroups } from './organization-groups';
import { uemError } from './uem-error';
import type { UemRequest, VersionedApi } from './versioned-api';

export interface AppRouteParts {
  readonly fleet: MutableFleet;
  readonly api: VersionedApi;
  readonly groups: OrganizationGroups;
}

export function makeAppRoutes({ fleet, api, groups }: AppRouteParts): SimRoute[] {
  const matching = makeMatchingOrdinals(fleet);

  const assigned = (app: CatalogApp): Promise<Uint32Array> =>
    matching.of(app.platform, (ordinal) => {
      // Two thirds of the fleet fall away before a device is computed.
      if ((app.platform === 'ANDROID') !== (fleet.platform(ordinal) === 'android')) return false;
      const device = fleet.device(ordinal);
      return device !== null && isAssigned(app, device);
    });

  const search = async (request: UemRequest): Promise<SimAnswer> => {
    const asked = askedPage(request, request.version === 1 ? 'pagesize' : 'page_size');
    if (asked === null) return { status: 400, body: uemError(400, 'Invalid page or page size.') };
    const { query } = request;
    const bundle = query.get(request.version === 1 ? 'bundleid' : 'bundle_id');
    const platform = query.get('platform')?.toUpperCase();
    const type = query.get('application_type')?.toLowerCase() ?? 'public';
    const found = CATALOG.filter(
      (app) =>
        (bundle === undefined || app.bundleId === bundle) &&
        (platform === undefined || app.platform === platform) &&
        type === 'public',
    );
    const shown = found.slice(asked.page * asked.size, (asked.page + 1) * asked.size);
    if (shown.length === 0) return { status: 204, body: null };
    const home = groups.named('Head Office');
    if (request.version === 1) {
      const Application = shown.map(({ name, bundleId, uuid }) => ({
        ApplicationName: name,
        BundleId: bundleId,
        Uuid: uuid,
        Status: 'Active',
      }));
      return { status: 200, body: { Application, Page: asked.page, PageSize: asked.size, Total: found.length } };
    }
    const applications = await Promise.all(
      shown.map(async (app) => ({
        application_name: app.name,
        bundle_id: app.bundleId,
        platform: app.platform,
        application_type: 'Public',
        application_source: 1,
        assignment_status: 'Assigned',
        status: 'Active',
        uuid: app.uuid,
        assigned_device_count: (await assigned(app)).length,
        organization_group_uuid: home.uuid,
        root_organization_group_name: home.name,
        smart_groups: [],
        comments: '',
      })),
    );
    return { status: 200, body: { applications, page: asked.page, page_size: asked.size, total: found.length } };
  };

  const devices = async (request: UemRequest): Promise<SimAnswer> => {
    const app = CATALOG.find(({ uuid }) => uuid === request.params.uuid?.toLowerCase());
    if (app === undefined) return { status: 404, body: uemError(404, 'Application not found.') };
    const asked = askedPage(request);
    if (asked === null) return { status: 400, body: uemError(400, 'Invalid page or pagesize.') };
    const page = devicePage(request, fleet, await assigned(app), asked, false);
    return {
      status: 200,
      body: { devices: page.devices.map((device) => appDeviceRow(app, device)), TotalResults: page.total },
    };
  };

  return [
    { method: 'GET', path: '/api/mam/apps/search', name: 'ws1.apps', kind: 'read', handle: api([1, 2], search) },
    {
      method: 'GET',
      path: '/api/mam/apps/:uuid/devices',
      name: 'ws1.app-devices',
      kind: 'read',
      handle: api([1], devices),
    },
  ];
}
