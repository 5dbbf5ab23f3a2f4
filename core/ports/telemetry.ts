export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where the domain says what it does. Implementations redact; callers never pass tokens or full phone numbers. */
export interface Telemetry {
  log(level: LogLevel, event: string, fields?: LogFields): void;
  /** Adds to a counter. */
  count(metric: string, value: number, fields?: LogFields): void;
  /** Records one value of many, e.g. an age in seconds: what is asked of it later is its distribution. */
  measure(metric: string, value: number, fields?: LogFields): void;
  /** Does the work inside a span of that name; a failure of the work is the span's and is thrown on. */
  span<T>(name: string, fields: LogFields, work: () => Promise<T>): Promise<T>;
}

/** Says nothing: for measuring, and where nobody listens. */
export const SILENT: Telemetry = {
  log: () => undefined,
  count: () => undefined,
  measure: () => undefined,
  span: (_name, _fields, work) => work(),
};
