/** What was found suspicious about a caller's lookups: a record for people, without a number in it. */
export const INCIDENT_KINDS = ['canary', 'sequential', 'misses', 'breadth', 'crowd'] as const;
export type IncidentKind = (typeof INCIDENT_KINDS)[number];
export type Severity = 'high' | 'medium';

export const SEVERITIES: Readonly<Record<IncidentKind, Severity>> = {
  /** A number that nobody has was looked up. */
  canary: 'high',
  /** Numbers beside each other were looked up. */
  sequential: 'high',
  /** Most lookups found nothing. */
  misses: 'medium',
  /** Many different numbers were looked up. */
  breadth: 'medium',
  /** Many callers looked up one number; the record names the caller with whom it became too many. */
  crowd: 'medium',
};

/** Counts and shares, and for a crowd the number's keyed digest. */
export type Evidence = Readonly<Record<string, number | string>>;

/** What one look at a state says. */
export interface Sign {
  readonly kind: IncidentKind;
  readonly severity: Severity;
  readonly evidence: Evidence;
}

export interface Incident extends Sign {
  readonly caller: string;
  /** Windows are numbered from the epoch on: one incident of a kind for a caller in each. */
  readonly windowStart: string;
  readonly windowEnd: string;
  readonly detectedAt: string;
}

export function makeSign(kind: IncidentKind, evidence: Evidence): Sign {
  return { kind, severity: SEVERITIES[kind], evidence };
}
