/**
 * Which row of Intune's app inventory is a watched app. The inventory knows labels, versions and sometimes publishers, but
 * no package names (facts/intune-graph.md §1.6): other messengers are labelled `Messages` too.
 */
import { cleanText } from '../../core/device/device-identifiers';
import { CARRIER_SERVICES, GOOGLE_MESSAGES, parseMessagesName } from '../../core/device/messages-version';
import { plain } from './management-mode';
import type { AppLabel, IntuneSettings } from './settings';

export const KNOWN_LABELS: Readonly<Record<string, AppLabel>> = {
  [GOOGLE_MESSAGES]: { names: ['Messages', 'Google Messages'], platform: 'android', publisher: 'Google' },
  [CARRIER_SERVICES]: { names: ['Carrier Services'], platform: 'android', publisher: 'Google' },
};

export function labelOf(appId: string, { appLabels }: Pick<IntuneSettings, 'appLabels'>): AppLabel | null {
  return appLabels?.[appId] ?? KNOWN_LABELS[appId] ?? null;
}

export interface LabelledRow {
  readonly name: string | null;
  readonly publisher: string | null;
  readonly platform: string | null;
  readonly shortVersion: string | null;
  readonly version: string | null;
}

export type LabelMatch =
  | { readonly kind: 'match'; readonly version: string | null }
  /** Another app that has the same label, or a row of another platform. */
  | { readonly kind: 'other' }
  /** May be the app or a namesake: nothing is concluded, not even that the app is missing. */
  | { readonly kind: 'doubtful' };

const OTHER: LabelMatch = { kind: 'other' };
const DOUBTFUL: LabelMatch = { kind: 'doubtful' };

/** @param name the label that the report was filtered by; checked again, since filters are ignored silently. */
export function matchLabel(appId: string, label: AppLabel, name: string, row: LabelledRow): LabelMatch {
  if (row.name !== name) return OTHER;
  const platform = plain(row.platform);
  if (platform !== '' && !platform.startsWith(label.platform)) return OTHER;
  const publisher = cleanText(row.publisher);
  const vouched =
    publisher !== null &&
    label.publisher !== undefined &&
    publisher.toLowerCase().includes(label.publisher.toLowerCase());
  if (publisher !== null && label.publisher !== undefined && !vouched) return OTHER;

  const versions = [cleanText(row.shortVersion), cleanText(row.version)];
  if (appId !== GOOGLE_MESSAGES) return { kind: 'match', version: versions.find((each) => each !== null) ?? null };
  const known = versions.find((each) => parseMessagesName(each) !== null);
  if (known !== undefined) return { kind: 'match', version: known };
  return vouched ? { kind: 'match', version: versions.find((each) => each !== null) ?? null } : DOUBTFUL;
}
