/**
 * Pages of Jamf Pro's mobile device inventory.
 *
 * Full: `/detail` sorted by id, numbered pages in lanes. Incremental: the delta of facts/jamf-pro.md §2.4 — devices whose
 * inventory changed since, then the (small) list of unmanaged ones, since unmanaging does not move the inventory date.
 * Never the per-device detail call, whose answer carries unlock and bootstrap tokens, and never the Classic device list.
 */
import type { InventoryPage, InventorySource, PageRef, PullContext, Stage } from '../../core/ports/inventory-source';
import type { Clock } from '../../core/ports/clock';
import { formatTime } from '../../core/device/iso-time';
import { decodeRows } from '../http/decode-rows';
import { followNumberedPage } from '../http/numbered-pages';
import { bisectPage, isServerFault } from './bisect-page';
import { isLenient } from './client';
import type { DetailPage, DetailQuery, JamfClient, JamfSettings } from './client';
import { MAX_CONCURRENCY } from './errors';
import { JAMF_SOURCE_FIELDS, mapJamfDevice } from './map-device';
import { jamfDevice } from './schema';

/** The sections a verdict reads (facts/jamf-pro.md §2.1); APPLICATIONS is by far the largest and asked for at need. */
export const SECTIONS = [
  'GENERAL',
  'HARDWARE',
  'USER_AND_LOCATION',
  'SECURITY',
  'NETWORK',
  'SERVICE_SUBSCRIPTIONS',
  'PROFILES',
  'GROUPS',
];

/** One more lane than connections: while one page is being judged, its connection already fetches another. */
const LANES = MAX_CONCURRENCY + 1;

/** Inventory dates come from several cluster nodes: a delta reaches back further than its watermark. */
const OVERLAP_MS = 10 * 60_000;

export function makeJamfInventory(settings: JamfSettings, client: JamfClient, clock: Clock): InventorySource {
  const watchedApps = new Set(settings.watchedApps);
  const sections = watchedApps.size === 0 ? SECTIONS : [...SECTIONS, 'APPLICATIONS'];

  const queryOf = (context: PullContext, page: number, pageSize: number): DetailQuery => {
    if (context.request.mode === 'full') return { sections, page, pageSize, sort: 'mobileDeviceId:asc' };
    if (context.stage === 'unmanaged') {
      return { sections, page, pageSize, sort: 'mobileDeviceId:asc', filter: 'managed==false' };
    }
    // Exactly three fractional digits, or the server refuses its own dates: facts/jamf-pro.md §2.3.
    const from = formatTime(Date.parse(context.request.since) - OVERLAP_MS);
    return {
      sections,
      page,
      pageSize,
      sort: 'lastInventoryUpdateDate:asc,mobileDeviceId:asc',
      filter: `lastInventoryUpdateDate=ge="${from}"`,
    };
  };

  const read = async (
    context: PullContext,
    page: number,
  ): Promise<DetailPage & { readonly broken: readonly number[] }> => {
    const ask = (at: number, size: number): Promise<DetailPage> =>
      client.detail(queryOf(context, at, size), context.meter, context.signal);
    try {
      return { ...(await ask(page, settings.pageSize)), broken: [] };
    } catch (error) {
      if (!isServerFault(error) || isLenient(await client.version(context.meter, context.signal))) throw error;
      return bisectPage(ask, page, settings.pageSize);
    }
  };

  return {
    connectorId: settings.id,
    vendor: 'jamf',
    sourceFields: JAMF_SOURCE_FIELDS,
    watermark: 'inventoryAt',
    withheldFields: [],
    // Ids are ordered numbers: a page of up to 2000 devices falls into one or two partitions.
    buckets: { kind: 'range', size: 4096 },
    stages(request): readonly Stage[] {
      return request.mode === 'full'
        ? [{ name: 'devices', optional: false }]
        : [
            { name: 'changed', optional: false },
            { name: 'unmanaged', optional: false },
          ];
    },
    async fetchPage({ pageNo, cursor }: PageRef, context): Promise<InventoryPage> {
      const { results, broken, totalCount } = await read(context, pageNo);
      const rows = results.length + broken.length;
      const observedAt = formatTime(clock.now());
      const mapping = { connectorId: settings.id, watchedApps, defaultCountry: settings.defaultCountry, observedAt };
      return {
        rows,
        expected: totalCount,
        ...followNumberedPage(pageNo, cursor, rows, totalCount, LANES),
        warnings: [],
        decode() {
          const page = decodeRows(results, {
            schema: jamfDevice,
            idOf: (row) => ('mobileDeviceId' in row ? row.mobileDeviceId : null),
            map: (row) => mapJamfDevice(row, mapping),
          });
          const unprintable = broken.map((at) => ({
            vendorId: null,
            reason: `the server cannot print the device at position ${at}`,
          }));
          return { ...page, quarantined: [...page.quarantined, ...unprintable] };
        },
      };
    },
  };
}
