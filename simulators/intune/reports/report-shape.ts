/** What an export report is made of: named columns over rows of devices and their apps. */
import { secondsOf } from '../../fleet/iso-time';
import type { SyntheticApp, SyntheticDevice } from '../../fleet/synthetic-device';

export interface ReportRow {
  readonly device: SyntheticDevice;
  /** In app reports; null in device reports. */
  readonly app: ReportedApp | null;
}

export interface ReportedApp extends Pick<SyntheticApp, 'id' | 'name' | 'version'> {
  /** The id of Intune's own object for it, where the report is about one such object. */
  readonly applicationId: string;
}

export interface ReportColumn {
  /** As `select` names it. */
  readonly name: string;
  /** As the first line of the file names it. */
  readonly header: string;
  /** Left out unless selected by name. */
  readonly onRequest: boolean;
  /** Followed by `<header>_loc` when localised values come as additional columns. */
  readonly localized: boolean;
  readonly read: (row: ReportRow) => string;
}

export interface Report {
  readonly name: string;
  readonly columns: readonly ReportColumn[];
  /** Second names that `select` accepts and `filter` does not: facts/intune-graph.md §1.5. */
  readonly aliases: Readonly<Record<string, string>>;
  /** Columns that `filter` may name. */
  readonly filterable: readonly string[];
  /** Column without which a filter is refused; null: none. */
  readonly required: string | null;
  /** Whether `localizationType` means anything (facts/intune-graph.md §1.5). */
  readonly localizes: boolean;
  /** Rows of one device. @param equals the values that the filter pins by `eq`. */
  rowsOf(device: SyntheticDevice, equals: ReadonlyMap<string, string>): readonly ReportRow[];
}

export function column(
  name: string,
  header: string,
  read: (row: ReportRow) => string,
  options: { readonly onRequest?: boolean; readonly localized?: boolean } = {},
): ReportColumn {
  return { name, header, read, onRequest: options.onRequest ?? false, localized: options.localized ?? false };
}

/** Times of reports have neither `T` nor zone and mean UTC: facts/intune-graph.md §4.2. @param ms since the epoch. */
export function reportTime(ms: number): string {
  return `${secondsOf(ms).replace('T', ' ')}.0000000`;
}

export function yesNo(value: boolean): string {
  return value ? 'True' : 'False';
}
