/**
 * The read side of a connector. A pull is a sequence of stages; a stage is a set of pages numbered from 0;
 * a page is one unit of work: one queue message, fetched, decoded and stored on its own, in any order, any number
 * of times.
 *
 * A source never sleeps and never retries: it throws ThrottledError (come back at a time), TransientError (come back
 * soon), PartialRunError or PermanentError, and whoever drives it schedules.
 */
import type { IsoTime, ManagedDevice, Vendor } from '../device/managed-device';
import type { BlobStore } from './blob-store';

export type PullRequest =
  | { readonly mode: 'full' }
  /** Devices that changed since; never a ground for concluding that a device is gone. */
  | { readonly mode: 'incremental'; readonly since: IsoTime };

export interface Stage {
  /** Unique within the pull, e.g. `apps` or `devices`; [a-z-]. */
  readonly name: string;
  /** A failing optional stage degrades the pull (a warning, values unknown); a failing required one makes it partial. */
  readonly optional: boolean;
  /** Its rows show few columns: null and empty mean "not told here", and never overwrite what is known. */
  readonly partial?: boolean;
}

export interface PageRef {
  readonly pageNo: number;
  /** Opaque to everyone but the connector; at most 32 KiB; holds no secret. Null asks for the first page. */
  readonly cursor: string | null;
  /** Not before this many seconds from now. */
  readonly delaySeconds?: number;
}

/** A record that did not parse. It is kept with its reason and counted; it is never dropped and never fatal. */
export interface Quarantined {
  /** The vendor's id where one could be read. */
  readonly vendorId: string | null;
  /** Which field, and what was wrong with it. No personal values. */
  readonly reason: string;
}

/** The version of one watched app on one device, from a source other than the device's own record. */
export interface AppObservation {
  readonly vendorId: string;
  readonly appId: string;
  readonly name: string | null;
  /** Null when the source says the app is not installed. */
  readonly version: string | null;
  readonly versionCode: number | null;
  readonly installed: boolean;
}

export interface DecodedPage {
  /** Devices of this page, each vendor id once. */
  readonly devices: readonly ManagedDevice[];
  readonly apps: readonly AppObservation[];
  readonly quarantined: readonly Quarantined[];
  /** Rows of this page that repeated a device of this same page. */
  readonly duplicates: number;
}

export interface InventoryPage {
  /** Rows the server sent. */
  readonly rows: number;
  /** The total that the server states for the stage; null when it states none. */
  readonly expected: number | null;
  /** What follows, as soon as it is known: one for linked pages, several where numbered pages fan out in lanes. */
  readonly next: readonly PageRef[];
  /** Number of the stage's last page once known; null while pages are linked and more follow. */
  readonly lastPage: number | null;
  /** Things an operator should read; no personal values. */
  readonly warnings: readonly string[];
  /** Validates and maps. Separate from fetching, so that the next page can be on its way meanwhile. */
  decode(): DecodedPage;
}

/** Counts what a fetch cost, also when it fails, and lets its answers in. */
export interface RequestMeter {
  /** One HTTP request left for the MDM or its token endpoint. */
  request(): void;
  /** A good answer has come in whole; resolves once there is room for its parsed form. */
  arrived?(): Promise<void>;
}

export interface PullContext {
  readonly request: PullRequest;
  readonly stage: string;
  readonly meter: RequestMeter;
  /** Scratch space of this pull, for bulk downloads; removed when the pull ends. Names are relative to it. */
  readonly spool: BlobStore;
  readonly signal: AbortSignal;
  /**
   * Told of the page that follows as soon as its link stands in the bytes that came, before they are parsed: in a chain of
   * links, parsing would otherwise be added to the latency of every page. The same page stands in `next` of the answer.
   * The source waits for the promise, so that the request can leave.
   */
  announce?(next: PageRef): Promise<void>;
}

/** A vendor's field names for the values rules look at, so that a verdict can name its source. */
export interface SourceFields {
  readonly enrollment: string;
  readonly lastSeen: string;
  readonly osVersion: string;
  readonly osBuild: string;
  readonly securityPatch: string;
  readonly apps: string;
  readonly phone: string;
  readonly carrier: string;
  readonly carrierSettings: string;
  readonly jailbroken: string;
  readonly profiles: string;
}

export interface InventorySource {
  readonly connectorId: string;
  readonly vendor: Vendor;
  readonly sourceFields: SourceFields;
  /** The stages of a pull, in order; a stage starts when the one before it has ended. */
  stages(request: PullRequest): readonly Stage[];
  fetchPage(page: PageRef, context: PullContext): Promise<InventoryPage>;
  /** Which time of a device says how new the reading is; the newest is the next incremental pull's `since`. */
  readonly watermark: 'inventoryAt' | 'lastSeenAt';
  /** Device fields that a list of this vendor leaves empty although the device has them: null there is no news. */
  readonly withheldFields: readonly (keyof ManagedDevice)[];
  /** How device rows are spread over partitions of the store. */
  readonly buckets: BucketScheme;
}

/**
 * Chosen so that one page falls into few partitions: ranges where the vendor's ids are ordered numbers,
 * few hash buckets where they are GUIDs.
 */
export type BucketScheme =
  { readonly kind: 'range'; readonly size: number } | { readonly kind: 'hash'; readonly count: number };

/**
 * True for a linked page whose link is its own (facts/intune-graph.md §7 T3). Numbered pages may share a cursor, since
 * their number tells them apart; a page without rows that points on is a job that is not finished yet.
 */
export function linksToItself(page: InventoryPage, cursor: string | null): boolean {
  return cursor !== null && page.lastPage === null && page.rows > 0 && page.next.some((next) => next.cursor === cursor);
}
