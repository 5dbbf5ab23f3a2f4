export type LogLevel = 'debug' | 'info' | 'warn' | 'error';
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Where the domain says what it does. Implementations redact; callers never pass tokens or full phone numbers. */
export interface Telemetry {
  log(level: LogLevel, event: string, fields?: LogFields): void;
  count(metric: string, value: number, fields?: LogFields): void;
}
