/**
 * The Telemetry port: log records as JSON lines to whoever prints them, counters, values and spans through the OpenTelemetry API,
 * which does nothing until a provider is registered. Everything passes the redaction here, and only here.
 */
import { metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import type { Counter, Histogram } from '@opentelemetry/api';
import type { LogLevel, Telemetry } from '../core/ports/telemetry';
import { redact, redactFields } from './redact';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];
const SCOPE = 'muster';

export interface TelemetryOptions {
  /** Records below this level are not printed. */
  readonly minimum: LogLevel;
  /** Takes one JSON document without line feeds. */
  readonly print: (level: LogLevel, line: string) => void;
  /** Fields of every record, asked for each time: the invocation that is under way. */
  readonly common?: () => Readonly<Record<string, string>>;
  /** Milliseconds since the epoch; this machine's time unless told. */
  readonly now?: () => number;
}

export function makeTelemetry({ minimum, print, common = () => ({}), now = Date.now }: TelemetryOptions): Telemetry {
  const from = LEVELS.indexOf(minimum);
  const counters = new Map<string, Counter>();
  const histograms = new Map<string, Histogram>();
  return {
    log(level, event, fields = {}) {
      if (LEVELS.indexOf(level) < from) return;
      const own = { time: new Date(now()).toISOString(), level, event, ...common() };
      // Its own fields first, and last: no field of a caller takes their place.
      const record = { ...own, ...redactFields(fields), ...own };
      print(level, JSON.stringify(record));
    },
    count(metric, value, fields = {}) {
      const counter = counters.get(metric) ?? metrics.getMeter(SCOPE).createCounter(`muster.${metric}`);
      counters.set(metric, counter);
      counter.add(value, attributesOf(fields));
    },
    measure(metric, value, fields = {}) {
      const histogram = histograms.get(metric) ?? metrics.getMeter(SCOPE).createHistogram(`muster.${metric}`);
      histograms.set(metric, histogram);
      histogram.record(value, attributesOf(fields));
    },
    span: (name, fields, work) =>
      trace.getTracer(SCOPE).startActiveSpan(name, { attributes: attributesOf(fields) }, async (span) => {
        try {
          return await work();
        } catch (error) {
          const message = redact(error instanceof Error ? error.message : String(error));
          span.setStatus({ code: SpanStatusCode.ERROR, message });
          throw error;
        } finally {
          span.end();
        }
      }),
  };
}

function attributesOf(fields: Parameters<typeof redactFields>[0]): Record<string, string | number | boolean> {
  return Object.fromEntries(
    Object.entries(redactFields(fields)).flatMap(([name, value]) => (value === null ? [] : [[name, value]])),
  );
}

/** The level that a setting names; `info` where it names none. */
export function levelOf(setting: string | undefined, otherwise: LogLevel): LogLevel {
  return LEVELS.find((level) => level === setting) ?? otherwise;
}
