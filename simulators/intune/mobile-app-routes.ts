/** `deviceAppManagement/mobileApps`: enough to find the id of Google Messages. */
import { JsonWriter } from '../kit/json-writer';
import type { SimRequest, SimRoute } from '../kit/route';
import type { GraphErrors } from './graph-error';
import type { Guard } from './guard';
import { collectionAnswer, plainRow } from './keyset-page';
import { appsOf, filterMobileApps } from './mobile-apps';
import type { GraphVersion } from './mobile-apps';

const VERSIONS: readonly GraphVersion[] = ['v1.0', 'beta'];

export function makeMobileAppRoutes({
  errors,
  guard,
}: {
  readonly errors: GraphErrors;
  readonly guard: Guard;
}): SimRoute[] {
  const writer = new JsonWriter();
  return VERSIONS.flatMap((version): SimRoute[] => [
    {
      method: 'GET',
      path: `/${version}/deviceAppManagement/mobileApps`,
      name: 'graph.mobile-apps',
      kind: 'read',
      handle: guard((request: SimRequest) =>
        collectionAnswer(writer, request, {
          context: 'deviceAppManagement/mobileApps',
          current: null,
          row: plainRow,
          rows: filterMobileApps(request.query.get('$filter'), version),
          next: null,
          total: null,
        }),
      ),
    },
    {
      method: 'GET',
      path: `/${version}/deviceAppManagement/mobileApps/:id`,
      name: 'graph.mobile-app',
      kind: 'read',
      handle: guard(({ params }) => {
        const app = appsOf(version).find(({ id }) => id === params.id);
        return app === undefined ? errors.answer(404) : { status: 200, body: app };
      }),
    },
  ]);
}
