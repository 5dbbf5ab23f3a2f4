/** The invocation under way, so that a log record written anywhere in it carries its id and reaches the platform. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { InvocationContext } from '@azure/functions';
import type { LogLevel, Telemetry } from '../../core/ports/telemetry';
import { makeTelemetry } from '../../telemetry/make-telemetry';

const current = new AsyncLocalStorage<InvocationContext>();

export function inInvocation<T>(context: InvocationContext, work: () => Promise<T>): Promise<T> {
  return current.run(context, work);
}

/** Records go to the invocation they belong to; what is said outside of any goes to stderr, where the platform reads too. */
export function makeFunctionTelemetry(minimum: LogLevel): Telemetry {
  return makeTelemetry({
    minimum,
    print(level, line) {
      const context = current.getStore();
      if (context === undefined) process.stderr.write(`${line}\n`);
      else context[level](line);
    },
    common() {
      const context = current.getStore();
      return context === undefined ? {} : { function: context.functionName, invocationId: context.invocationId };
    },
  });
}
