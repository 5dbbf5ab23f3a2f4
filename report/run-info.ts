/** The run that a report speaks of: the sweep's own JSON, how fresh each connector's data is, and what was set aside. Times are UTC, ISO 8601. */
/** One connector as `sweep --json` prints it. */
export interface ConnectorRun {
  readonly id: string;
  readonly kind: string;
  readonly state: 'pending' | 'pulling' | 'complete' | 'partial' | 'failed';
  readonly devices: number;
  /** The total that the server stated; null when it stated none. */
  readonly expected: number | null;
  readonly pages: number;
  readonly requests: number;
  readonly retries: number;
  readonly throttledSeconds: number;
  readonly quarantined: number;
  readonly duplicates: number;
  readonly reason: string | null;
}

/** What `sweep --json` prints. */
export interface SweepJson {
  readonly runId: string;
  readonly state: 'running' | 'complete' | 'partial' | 'failed' | 'held';
  readonly connectors: readonly ConnectorRun[];
  readonly readiness: {
    readonly total: number;
    readonly reporting: number;
    /** Phones standing on each rung; `undetermined` beside them where the sweep gives it. */
    readonly byRung: Readonly<Record<string, number>>;
  };
  readonly tombstones: { readonly candidates: number; readonly confirmed: number; readonly held: number };
  readonly drift: Readonly<Record<string, number>>;
  readonly plan: {
    readonly proposed: number;
    readonly released: number;
    readonly held: number;
    readonly brakes: readonly string[];
  };
  readonly durationMs: number;
}

/** A connector with the age of its data: where this run did not complete it, older data stands in and its age is shown. */
export interface ConnectorFreshness extends ConnectorRun {
  /** End of the last complete full pull; null when there has never been one. */
  readonly lastCompleteAt: string | null;
  /** What to do about `reason`, as a sentence. */
  readonly hint: string | null;
}

/** A record that could not be read. It is kept with its reason and counted; nothing is concluded from it. */
export interface QuarantinedRecord {
  readonly connectorId: string;
  readonly vendorId: string | null;
  readonly reason: string;
  readonly at: string;
}

/** The figures of the sweep before, for "what changed". */
export interface PreviousRun {
  readonly runId: string;
  readonly finishedAt: string;
  readonly total: number;
  readonly ready: number;
  readonly undetermined: number;
}

export interface RunInfo extends SweepJson {
  readonly connectors: readonly ConnectorFreshness[];
  /** Name of the tenant in the configuration. */
  readonly tenant: string | null;
  readonly finishedAt: string | null;
  /** `records` may be cut; `total` never is. */
  readonly quarantined: { readonly total: number; readonly records: readonly QuarantinedRecord[] };
  readonly warnings: readonly string[];
  readonly previous: PreviousRun | null;
}

/** The policy a report was judged under, in words. */
export interface PolicyInfo {
  /** SHA-256 of the canonical policy, hex. */
  readonly digest: string;
  readonly summary: {
    /** A phone is reporting when it was seen within this many days. */
    readonly reportingWithinDays: number;
    /** e.g. `{ label: 'iOS feature minimum', value: '26.5' }`. */
    readonly requirements: readonly { readonly label: string; readonly value: string }[];
  };
}
