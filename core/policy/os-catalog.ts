/** Which Apple OS releases exist for which model, as a release feed states it. A plain value: it is stored with a run. */
import type { IsoTime } from '../device/managed-device';

export interface OsRelease {
  /** ProductVersion, e.g. `26.5.1`. */
  readonly version: string;
  /** Publication date, `YYYY-MM-DD`. */
  readonly releasedAt: string;
  /** Model identifiers, e.g. `iPhone17,3`, that the release is offered to. */
  readonly models: readonly string[];
}

export interface OsCatalog {
  readonly source: 'sofa' | 'gdmf';
  /** When the feed itself was last checked or posted. */
  readonly checkedAt: IsoTime;
  readonly releases: readonly OsRelease[];
}
