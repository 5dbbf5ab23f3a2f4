/** `deviceAppManagement/mobileApps`: enough to find the id of Google Messages. */
import { JsonWriter } from '../kit/json-writer';
import type { SimRequest, SimRoute } from '../kit/route';
import type { GraphErrors } from './graph-error';
import type { Guard } from './guard';
import { collectionAnswer, plainRow } from './keyset-page';
import { filterMobileApps, MOBILE_APPS } from './mobile-apps';

const APPS = '/v1.0/deviceAppManagement/mobileApps';

export function makeMobileAppRoutes({
  errors,
  guard,
}: {
  readonly errors: GraphErrors;
  readonly guard: Guard;
}): SimRoute[] {
  const writer = new JsonWriter();
  return [
    {
      method: 'GET',
      path: APPS,
      name: 'graph.mobile-apps',
      kind: 'read',
      handle: guard((request: SimRequest) =>
        collectionAnswer(writer, request, {
          context: 'deviceAppManagement/mobileApps',
          current: null,
          row: plainRow,
          rows: filterMobileApps(request.query.get('$filter')),
          next: null,
          total: null,
        }),
      ),
    },
    {
      method: 'GET',
      path: `${APPS}/:id`,
      name: 'graph.mobile-app',
      kind: 'read',
      handle: guard(({ params }) => {
        const app = MOBILE_APPS.find(({ id }) => id === params.id);
        return app === undefined ? errors.answer(404) : { status: 200, body: app };
      }),
    },
  ];
}
