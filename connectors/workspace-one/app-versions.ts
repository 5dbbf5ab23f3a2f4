/**
 * Versions of the watched apps: one call per app and 500 devices, instead of one per device
 * (facts/workspace-one.md §2.5). Page 0 finds the apps in the catalogue and reads the first page of each; from then on
 * the number of all pages is known, and they are read in lanes.
 *
 * The catalogue knows only apps that an administrator added. A device without a row is a device nobody looked at: its
 * app list stays unknown.
 */
import * as z from 'zod';
import { cleanText } from '../../core/device/device-identifiers';
import type {
  AppObservation,
  DecodedPage,
  InventoryPage,
  PageRef,
  PullContext,
  Quarantined,
} from '../../core/ports/inventory-source';
import { reasonFor } from '../http/decode-rows';
import type { DeviceRows, WorkspaceOneClient } from './client';
import { appDeviceRow } from './schema';
import { isInstalled } from './vocabulary';

/** Catalogue entries read in one pull: a cursor holds them all. */
const MAX_ENTRIES = 40;

const entry = z.object({
  appId: z.string(),
  uuid: z.string(),
  name: z.string().nullable(),
  /** The only catalogue entry of this app, so that its "not installed" is the last word. */
  only: z.boolean(),
  /** Rows per page as the server cuts them. */
  size: z.number().int().positive(),
  /** Pages after the first one. */
  more: z.number().int().nonnegative(),
});
type Entry = z.output<typeof entry>;

const appCursor = z.object({ entries: z.array(entry), last: z.number().int().nonnegative() });

export interface AppPages {
  fetchPage(page: PageRef, context: PullContext): Promise<InventoryPage>;
}

export function makeAppPages(
  client: WorkspaceOneClient,
  watchedApps: readonly string[],
  pageSize: number,
  lanes: number,
): AppPages {
  const firstPage = async ({ meter, signal }: PullContext): Promise<InventoryPage> => {
    const entries: Entry[] = [];
    const warnings: string[] = [];
    const read: { readonly entry: Entry; readonly answer: DeviceRows }[] = [];
    for (const appId of watchedApps) {
      const found = await client.findApps(appId, meter, signal);
      if (found.length === 0) {
        warnings.push(
          `${appId} is not in the app catalogue of the console: its versions are unknown. Add it as a public app and assign it.`,
        );
      }
      for (const { uuid, name } of found) {
        if (entries.length === MAX_ENTRIES) break;
        const answer = await client.appDevices(uuid, { page: 0, pageSize }, meter, signal);
        const rows = answer.rows.length;
        const size = Math.max(1, rows);
        const more = rows === 0 ? 0 : Math.max(0, Math.ceil((answer.total ?? 0) / size) - 1);
        const each = { appId, uuid, name: cleanText(name), only: found.length === 1, size, more };
        entries.push(each);
        read.push({ entry: each, answer });
        warnings.push(...answer.warnings);
      }
    }
    if (entries.length === MAX_ENTRIES) {
      warnings.push(`The watched apps have more than ${MAX_ENTRIES} catalogue entries; the rest is not read.`);
    }
    const last = entries.reduce((sum, { more }) => sum + more, 0);
    const cursor = JSON.stringify({ entries, last });
    return {
      rows: read.reduce((sum, { answer }) => sum + answer.rows.length, 0),
      expected: null,
      next: Array.from({ length: Math.min(lanes, last) }, (_, lane) => ({ pageNo: lane + 1, cursor })),
      lastPage: last,
      warnings: [...new Set(warnings)],
      decode: () => merge(read.map((each) => decodeAppRows(each.answer.rows, each.entry))),
    };
  };

  return {
    async fetchPage({ pageNo, cursor }, context) {
      if (cursor === null) return firstPage(context);
      const { entries, last } = appCursor.parse(JSON.parse(cursor));
      const { entry: at, page } = locate(entries, pageNo);
      const query = { page, pageSize: at.size };
      const { rows, warnings } = await client.appDevices(at.uuid, query, context.meter, context.signal);
      const ahead = pageNo + lanes;
      return {
        rows: rows.length,
        expected: null,
        next: ahead <= last ? [{ pageNo: ahead, cursor }] : [],
        lastPage: last,
        warnings,
        decode: () => decodeAppRows(rows, at),
      };
    },
  };
}

/** Which page of which catalogue entry stands behind a page number of the stage (1 and up). */
function locate(entries: readonly Entry[], pageNo: number): { readonly entry: Entry; readonly page: number } {
  let before = 0;
  for (const each of entries) {
    if (pageNo <= before + each.more) return { entry: each, page: pageNo - before };
    before += each.more;
  }
  throw new RangeError(`page ${pageNo} is beyond the last page ${before} of the app stage`);
}

/** Rows of `/mam/apps/{uuid}/devices` as observations; the Uuid in lower case, as the device's key has it. */
export function decodeAppRows(
  rows: readonly unknown[],
  { appId, name, only }: Pick<Entry, 'appId' | 'name' | 'only'>,
): DecodedPage {
  const apps = new Map<string, AppObservation>();
  const quarantined: Quarantined[] = [];
  let duplicates = 0;
  for (const row of rows) {
    const parsed = appDeviceRow.safeParse(row);
    if (!parsed.success) {
      quarantined.push({ vendorId: null, reason: `app ${appId}: ${reasonFor(parsed.error)}` });
      continue;
    }
    const { device_uuid, installed_status, installed_version } = parsed.data;
    const installed = isInstalled(cleanText(installed_status));
    // Another entry of the same app may say "installed" for this device: only the only entry may say "not".
    if (installed === null || (!installed && !only)) continue;
    const vendorId = device_uuid.toLowerCase();
    if (apps.has(vendorId)) duplicates += 1;
    // Versions are display strings, without a version code; they can be empty and hold NUL (§8 case 7).
    const version = installed ? cleanText(installed_version) : null;
    apps.set(vendorId, { vendorId, appId, name, version, versionCode: null, installed });
  }
  return { devices: [], apps: [...apps.values()], quarantined, duplicates };
}

function merge(pages: readonly DecodedPage[]): DecodedPage {
  return {
    devices: [],
    apps: pages.flatMap(({ apps }) => apps),
    quarantined: pages.flatMap(({ quarantined }) => quarantined),
    duplicates: pages.reduce((sum, { duplicates }) => sum + duplicates, 0),
  };
}
