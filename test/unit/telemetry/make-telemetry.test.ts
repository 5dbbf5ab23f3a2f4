/** Log records as JSON lines, and counters and spans as a registered OpenTelemetry provider gets them. */
import { context, metrics, SpanStatusCode, trace } from '@opentelemetry/api';
import type {
  Attributes,
  Context,
  ContextManager,
  MeterProvider,
  Span,
  SpanStatus,
  TracerProvider,
} from '@opentelemetry/api';
import { levelOf, makeTelemetry } from '../../../telemetry/make-telemetry';
import type { LogLevel } from '../../../core/ports/telemetry';

const JWT = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2lnbmF0dXJl';

function makeLines(minimum: LogLevel, common?: () => Record<string, string>) {
  const lines: { level: LogLevel; line: string }[] = [];
  const telemetry = makeTelemetry({
    minimum,
    print: (level, line) => void lines.push({ level, line }),
    ...(common === undefined ? {} : { common }),
  });
  return { lines, telemetry, records: () => lines.map(({ line }) => JSON.parse(line) as Record<string, unknown>) };
}

describe('a log record', () => {
  test('is one JSON document on one line, with time, level and event', () => {
    const { lines, telemetry, records } = makeLines('debug');
    telemetry.log('warn', 'page-failed', { reason: 'first line\nsecond line', pages: 3, since: null });
    expect(lines[0]?.line).not.toMatch(/[\r\n]/);
    expect(lines[0]?.level).toBe('warn');
    expect(records()).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        level: 'warn',
        event: 'page-failed',
        reason: 'first line\nsecond line',
        pages: 3,
        since: null,
      },
    ]);
  });

  test.each<{ minimum: LogLevel; printed: LogLevel[] }>([
    { minimum: 'debug', printed: ['debug', 'info', 'warn', 'error'] },
    { minimum: 'info', printed: ['info', 'warn', 'error'] },
    { minimum: 'warn', printed: ['warn', 'error'] },
    { minimum: 'error', printed: ['error'] },
  ])('below $minimum is not printed', ({ minimum, printed }) => {
    const { lines, telemetry } = makeLines(minimum);
    for (const level of ['debug', 'info', 'warn', 'error'] as const) telemetry.log(level, 'event');
    expect(lines.map(({ level }) => level)).toEqual(printed);
  });

  test('carries the fields of the invocation that is under way when it is written', () => {
    let invocationId = 'one';
    const { telemetry, records } = makeLines('info', () => ({ invocationId }));
    telemetry.log('info', 'a');
    invocationId = 'two';
    telemetry.log('info', 'b');
    expect(records().map((record) => record['invocationId'])).toEqual(['one', 'two']);
  });

  test('shows no secret and nobody’s number, in a text or by the name of a field', () => {
    const { lines, telemetry } = makeLines('info');
    telemetry.log('error', 'failed', {
      reason: `Bearer ${JWT} for +15550100123`,
      clientSecret: 'plain',
      runId: 'run-1',
    });
    expect(lines[0]?.line).not.toMatch(/eyJ|5550100|plain/);
    expect(lines[0]?.line).toContain('run-1');
  });

  test.each(['time', 'level', 'event', 'invocationId'])('keeps its own %s, whatever a field is called', (name) => {
    const { telemetry, records } = makeLines('info', () => ({ invocationId: 'one' }));
    telemetry.log('info', 'run-started', { [name]: 'forged' });
    expect(records()[0]).toMatchObject({ level: 'info', event: 'run-started', invocationId: 'one' });
    expect(Object.values(records()[0] ?? {})).not.toContain('forged');
  });
});

test.each<[string | undefined, LogLevel]>([
  ['debug', 'debug'],
  ['error', 'error'],
  ['DEBUG', 'info'],
  ['', 'info'],
  [undefined, 'info'],
])('the level that the setting %p names is %s', (setting, level) => {
  expect(levelOf(setting, 'info')).toBe(level);
});

describe('without a provider', () => {
  test('counters and spans do nothing, and the work is done', async () => {
    const { telemetry } = makeLines('info');
    telemetry.count('pages', 1);
    expect(await telemetry.span('page', {}, async () => 7)).toBe(7);
    await expect(
      telemetry.span('page', {}, async () => {
        throw new Error('as it was');
      }),
    ).rejects.toThrow('as it was');
  });
});

describe('with a provider', () => {
  interface Ended {
    readonly name: string;
    readonly parent: string | null;
    readonly attributes: Attributes;
    status: SpanStatus | null;
    ended: number;
  }
  let spans: Ended[];
  let counted: { readonly name: string; readonly value: number; readonly attributes: Attributes | undefined }[];
  let created: string[];

  const recording = new WeakMap<Span, Ended>();
  /** As much of a span as is used; whatever else were called would fail the test. */
  const spanOf = (ended: Ended): Span => {
    const span = {
      setStatus: (status: SpanStatus) => {
        ended.status = status;
        return span;
      },
      end: () => void (ended.ended += 1),
    } as unknown as Span;
    recording.set(span, ended);
    return span;
  };
  const tracers: TracerProvider = {
    getTracer: () => ({
      startSpan: () => {
        throw new Error('spans are started as active ones');
      },
      startActiveSpan: ((name: string, options: { attributes: Attributes }, work: (span: Span) => unknown) => {
        const outer = trace.getSpan(context.active());
        const ended: Ended = {
          name,
          parent: (outer && recording.get(outer)?.name) ?? null,
          attributes: options.attributes,
          status: null,
          ended: 0,
        };
        spans.push(ended);
        const span = spanOf(ended);
        return context.with(trace.setSpan(context.active(), span), () => work(span));
      }) as never,
    }),
  };
  const meters = {
    getMeter: () => ({
      createCounter: (name: string) => {
        created.push(name);
        return { add: (value: number, attributes?: Attributes) => void counted.push({ name, value, attributes }) };
      },
    }),
  } as unknown as MeterProvider;
  /** Enough of a context for work that runs one after the other. */
  const makeContexts = (root: Context): ContextManager => {
    let active = root;
    return {
      active: () => active,
      with(next, work, self, ...rest) {
        const before = active;
        active = next;
        try {
          return work.call(self as never, ...rest);
        } finally {
          active = before;
        }
      },
      bind: (_context, target) => target,
      enable() {
        return this;
      },
      disable() {
        return this;
      },
    };
  };

  beforeEach(() => {
    [spans, counted, created] = [[], [], []];
    context.setGlobalContextManager(makeContexts(context.active()));
    trace.setGlobalTracerProvider(tracers);
    metrics.setGlobalMeterProvider(meters);
  });
  afterEach(() => {
    trace.disable();
    metrics.disable();
    context.disable();
  });

  test('a counter is made once, is called muster.…, and gets every value with its attributes', () => {
    const { telemetry } = makeLines('info');
    telemetry.count('queue.handled', 1, { queue: 'sweep-page' });
    telemetry.count('queue.handled', 2, { queue: 'sweep-start', since: null, until: undefined });
    telemetry.count('pages', 3);
    expect(created).toEqual(['muster.queue.handled', 'muster.pages']);
    expect(counted).toEqual([
      { name: 'muster.queue.handled', value: 1, attributes: { queue: 'sweep-page' } },
      { name: 'muster.queue.handled', value: 2, attributes: { queue: 'sweep-start' } },
      { name: 'muster.pages', value: 3, attributes: {} },
    ]);
  });

  test('a span is around its work, ends once, and gives back what the work gave', async () => {
    const { telemetry } = makeLines('info');
    const value = await telemetry.span('sweep-page', { connector: 'jamf' }, async () => {
      expect(spans).toMatchObject([{ name: 'sweep-page', ended: 0 }]);
      return telemetry.span('fetch', {}, async () => 7);
    });
    expect(value).toBe(7);
    expect(spans).toEqual([
      { name: 'sweep-page', parent: null, attributes: { connector: 'jamf' }, status: null, ended: 1 },
      { name: 'fetch', parent: 'sweep-page', attributes: {}, status: null, ended: 1 },
    ]);
  });

  test('the failure of the work is the span’s, redacted, and goes on as it was', async () => {
    const { telemetry } = makeLines('info');
    const failure = new Error('page of +15550100123');
    const work = telemetry.span('sweep-page', {}, async () => {
      throw failure;
    });
    await expect(work).rejects.toBe(failure);
    expect(spans).toMatchObject([{ ended: 1, status: { code: SpanStatusCode.ERROR, message: 'page of [phone]' } }]);
  });

  test('no attribute holds a secret or a number', async () => {
    const { telemetry } = makeLines('info');
    const fields = { caller: `Bearer ${JWT}`, phone: '+15550100123', token: 'plain', imei: '001001000000017' };
    telemetry.count('http.requests', 1, fields);
    await telemetry.span('request', fields, async () => undefined);
    expect(JSON.stringify([spans, counted])).not.toMatch(/eyJ|5550100|plain|001001/);
  });

  test('work that throws at once ends its span, too', async () => {
    const { telemetry } = makeLines('info');
    const work = (): Promise<never> => {
      throw new Error('at once');
    };
    await expect(telemetry.span('page', {}, work)).rejects.toThrow('at once');
    expect(spans).toMatchObject([{ ended: 1, status: { code: SpanStatusCode.ERROR } }]);
  });
});
