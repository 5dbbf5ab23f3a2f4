/**
 * The failures the pipeline tells apart. Each one is a decision for whoever catches it:
 * stop at start, try again by queue, try again at a time, record and alert, or end the run as partial.
 */

/** What an operator needs to act on a failure. Never holds a token, a full phone number or a signed URL. */
export interface FailureContext {
  /** Connector id of the configuration, where one is involved. */
  readonly connectorId?: string;
  /** Method and path without host secrets or query values, e.g. `GET /api/v2/mobile-devices/detail`. */
  readonly endpoint?: string;
  /** HTTP status, where an answer came. */
  readonly status?: number;
  /** What to do next, as a sentence. */
  readonly hint?: string;
}

export interface FailureOptions extends FailureContext, ErrorOptions {}

abstract class MusterError extends Error {
  readonly context: FailureContext;

  constructor(message: string, options: FailureOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    const { connectorId, endpoint, status, hint } = options;
    this.context = {
      ...(connectorId === undefined ? {} : { connectorId }),
      ...(endpoint === undefined ? {} : { endpoint }),
      ...(status === undefined ? {} : { status }),
      ...(hint === undefined ? {} : { hint }),
    };
  }
}

/** One thing wrong with a configuration or policy file. */
export interface ConfigProblem {
  /** Dotted path inside the file, e.g. `connectors[1].auth.clientSecret`; empty for the file itself. */
  readonly path: string;
  readonly message: string;
  /** What to write instead. */
  readonly hint?: string;
}

/** The configuration cannot be used: stop at start, with every problem listed. */
export class ConfigError extends MusterError {
  readonly problems: readonly ConfigProblem[];

  constructor(message: string, problems: readonly ConfigProblem[], options: FailureOptions = {}) {
    super(message, options);
    this.problems = problems;
  }
}

/** Worth another try soon: a 5xx, a cut connection, a stalled or truncated body. The queue brings it back. */
export class TransientError extends MusterError {}

/** The other side asked for a pause. The work is rescheduled at {@link retryAt}; nothing sleeps. */
export class ThrottledError extends MusterError {
  /** Earliest moment of the next attempt, in milliseconds since the epoch. Never before what `Retry-After` asked. */
  readonly retryAt: number;

  constructor(message: string, retryAt: number, options: FailureOptions = {}) {
    super(message, options);
    this.retryAt = retryAt;
  }
}

/** Will fail the same way every time: record it, acknowledge the message, alert. */
export class PermanentError extends MusterError {}

/** The pull of one connector cannot be completed. What was read is kept; nothing is concluded from what was not. */
export class PartialRunError extends MusterError {}
