import { TransientError } from '../../core/errors';
import type { ManagedDevice } from '../../core/device/managed-device';
import type {
  DecodedPage,
  InventoryPage,
  InventorySource,
  PageRef,
  PullContext,
} from '../../core/ports/inventory-source';

export interface FakePage {
  readonly devices: readonly ManagedDevice[];
  readonly expected?: number | null;
}

export interface FakeSourceOptions {
  readonly connectorId?: string;
  /** Pages by number, as the server would give them now; called again for every fetch. */
  readonly pages: () => readonly FakePage[];
  /** Called before each fetch; throws to make it fail. */
  readonly onFetch?: (page: PageRef, context: PullContext) => void;
  /** Linked pages know only the next one; numbered pages fan out after page 0. */
  readonly style?: 'linked' | 'numbered';
  /** Called with a page whose next one was announced, before it is answered; throws to make it fail after all. */
  readonly afterAnnouncement?: (page: PageRef) => void | Promise<void>;
}

/** An MDM in memory, for tests of what drives a pull. Real connectors are tested against the simulators. */
export function makeFakeSource({
  connectorId = 'jamf',
  pages,
  onFetch,
  style = 'numbered',
  afterAnnouncement,
}: FakeSourceOptions): InventorySource {
  return {
    connectorId,
    vendor: 'jamf',
    watermark: 'inventoryAt',
    withheldFields: [],
    buckets: { kind: 'range', size: 100 },
    sourceFields: {
      enrollment: 'managed',
      lastSeen: 'lastContact',
      osVersion: 'osVersion',
      osBuild: 'osBuild',
      securityPatch: 'patch',
      apps: 'applications',
      phone: 'phoneNumber',
      carrier: 'carrier',
      carrierSettings: 'carrierSettings',
      jailbroken: 'jailbroken',
      profiles: 'profiles',
    },
    stages: () => [{ name: 'devices', optional: false }],
    async fetchPage(ref, context): Promise<InventoryPage> {
      context.meter.request();
      onFetch?.(ref, context);
      const all = pages();
      const page = all[ref.pageNo];
      if (page === undefined) throw new TransientError(`no page ${ref.pageNo}`);
      const last = all.length - 1;
      const next =
        style === 'linked'
          ? ref.pageNo < last
            ? [ref.pageNo + 1]
            : []
          : ref.pageNo === 0
            ? all.map((_, at) => at).slice(1)
            : [];
      if (afterAnnouncement !== undefined) {
        for (const pageNo of next) await context.announce?.({ pageNo, cursor: `page-${pageNo}` });
        await afterAnnouncement(ref);
      }
      const decoded: DecodedPage = { devices: page.devices, apps: [], quarantined: [], duplicates: 0 };
      return {
        rows: page.devices.length,
        expected: page.expected === undefined ? all.reduce((sum, each) => sum + each.devices.length, 0) : page.expected,
        next: next.map((pageNo) => ({ pageNo, cursor: `page-${pageNo}` })),
        lastPage: style === 'numbered' || ref.pageNo === last ? last : null,
        warnings: [],
        decode: () => decoded,
      };
    },
  };
}
