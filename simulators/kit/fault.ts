/**
 * What a simulator can do wrong. Transport faults are the server's business; content faults are offered to the route
 * that answers, because only it knows what a row, a total or a next link is.
 */

/** `Retry-After` of a status fault: delta seconds, or an HTTP date that many seconds from now. */
export type RetryAfter = number | { readonly date: number };

export type TransportFault =
  /** Any status. `body` is the vendor's own error JSON or an HTML page. */
  | {
      readonly kind: 'status';
      readonly status: number;
      readonly body: 'json' | 'html';
      readonly retryAfter?: RetryAfter | undefined;
    }
  /** The connection is accepted and nothing is ever sent. */
  | { readonly kind: 'stall-headers' }
  /** Headers and half of the body, then nothing. */
  | { readonly kind: 'stall-body' }
  /** Half of the body. `declared: short` says so in Content-Length, `full` promises all and then closes. */
  | { readonly kind: 'cut-json'; readonly declared: 'short' | 'full' }
  /** A page of a proxy or of a maintenance window instead of JSON. */
  | { readonly kind: 'html'; readonly status: number }
  /** The connection is closed without an answer. */
  | { readonly kind: 'disconnect' }
  /** Every token of this simulator's issuer that exists now is refused from now on. */
  | { readonly kind: 'token-dies' }
  /** Redirects to another host; without `location` to the trap that counts tokens sent to it. */
  | { readonly kind: 'redirect'; readonly status: number; readonly location?: string | undefined }
  /** Milliseconds added before the answer. */
  | { readonly kind: 'slow'; readonly ms: number }
  /** Devices at positions [at, at + count) leave before the answer is made. */
  | { readonly kind: 'fleet-remove'; readonly at: number; readonly count: number }
  /** New devices join at the end, or (`restore`) removed ones come back at their place. */
  | { readonly kind: 'fleet-add'; readonly count: number; readonly restore: boolean };

export type ContentFault =
  /** The next link of a page leads to the same page again. */
  | { readonly kind: 'repeat-next' }
  /** A success without rows; totals are 0. */
  | { readonly kind: 'empty' }
  /** The first `count` rows are sent twice. */
  | { readonly kind: 'duplicate-rows'; readonly count: number }
  /** The first `count` rows are left out although the total counts them. */
  | { readonly kind: 'missing-rows'; readonly count: number }
  /** At most `size` rows a page, whatever was asked. */
  | { readonly kind: 'page-size-cap'; readonly size: number }
  /** The stated total is off by `by`. */
  | { readonly kind: 'wrong-total'; readonly by: number }
  /** The next link names another host. */
  | { readonly kind: 'foreign-next' }
  /** An export job never leaves `inProgress`. */
  | { readonly kind: 'export-stuck' }
  /** An export job ends as `failed`. */
  | { readonly kind: 'export-failed' }
  /** The answer says it is API version 1, whatever was asked. */
  | { readonly kind: 'wrong-version' };

export type Fault = TransportFault | ContentFault;

/** All conditions must hold; a rule without conditions always applies. */
export interface FaultConditions {
  /** 0-based numbers of the pages hit, where the route has pages. */
  readonly page?: readonly number[] | undefined;
  /** 1-based: only these calls of the rule's routes, counted from start or reset. */
  readonly call?: readonly number[] | undefined;
  /** In (0, 1]: seeded share of the calls. */
  readonly share?: number | undefined;
  /** Seconds since start or reset. */
  readonly afterSeconds?: number | undefined;
  readonly untilSeconds?: number | undefined;
  /** How often the rule applies at most. */
  readonly times?: number | undefined;
}

export interface FaultRule {
  /** Route name, or the start of one followed by `*`: `jamf.devices`, `jamf.*`, `*`. */
  readonly route: string;
  readonly when: FaultConditions;
  readonly fault: Fault;
}

const CONTENT_KINDS: ReadonlySet<Fault['kind']> = new Set<ContentFault['kind']>([
  'repeat-next',
  'empty',
  'duplicate-rows',
  'missing-rows',
  'page-size-cap',
  'wrong-total',
  'foreign-next',
  'export-stuck',
  'export-failed',
  'wrong-version',
]);

export function isContentFault(fault: Fault): fault is ContentFault {
  return CONTENT_KINDS.has(fault.kind);
}

/** Whether the `route` of a rule means the route of this name. */
export function matchesRoute(pattern: string, route: string): boolean {
  return pattern.endsWith('*') ? route.startsWith(pattern.slice(0, -1)) : route === pattern;
}
