/**
 * The module `@azure/functions-core`, which the Functions worker gives to an app: the only seam between `@azure/functions`
 * and whoever runs it (facts/azure-functions.md §1.5). Through it Microsoft's own conversions run here as in Azure.
 */
import Module from 'node:module';
import path from 'node:path';

/** Data as the worker's protocol carries it; what is used here. */
export interface RpcData {
  readonly string?: string;
  readonly json?: string;
  readonly bytes?: Buffer;
  readonly http?: RpcHttp;
}

export interface RpcHttp {
  readonly method?: string;
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly params?: Readonly<Record<string, string>>;
  readonly body?: RpcData;
  readonly statusCode?: string;
}

export interface Binding {
  readonly type: string;
  readonly direction: 'in' | 'out';
  readonly name?: string;
  readonly [setting: string]: unknown;
}

export interface RegisteredFunction {
  readonly name: string;
  readonly bindings: Readonly<Record<string, Binding>>;
  readonly callback: (...inputs: unknown[]) => unknown;
}

export type LogSink = (functionName: string, level: string, category: string, message: string) => void;

interface InvocationModel {
  getArguments(): Promise<{ readonly context: unknown; readonly inputs: unknown[] }>;
  invokeFunction(context: unknown, inputs: unknown[], callback: RegisteredFunction['callback']): Promise<unknown>;
  getResponse(context: unknown, result: unknown): Promise<{ readonly returnValue?: RpcData | null }>;
}

interface ProgrammingModel {
  getInvocationModel(context: unknown): InvocationModel;
}

export interface LoadedApp {
  readonly functions: readonly RegisteredFunction[];
  /** Runs one invocation through the library's own conversions. @returns what the function returned, as the protocol has it. */
  invoke(
    name: string,
    request: {
      readonly invocationId: string;
      readonly inputData: readonly { readonly name: string; readonly data: RpcData }[];
      readonly triggerMetadata?: Readonly<Record<string, RpcData>>;
    },
  ): Promise<RpcData | null>;
}

/** What the app believes to run on: new enough for every feature of the library. */
const HOST_VERSION = '4.1048.200';

/** Loads the bundle of an app and collects what it registers. */
export function loadApp(bundle: string, log: LogSink): LoadedApp {
  const functions = new Map<string, RegisteredFunction>();
  let model: ProgrammingModel | null = null;
  class Disposable {
    dispose(): void {
      // The worker never takes a function back; nor does this.
    }
  }
  const core = {
    version: HOST_VERSION,
    hostVersion: HOST_VERSION,
    Disposable,
    log: (level: string, category: string, message: string) => log('', level, category, message),
    setProgrammingModel: (given: ProgrammingModel) => void (model = given),
    getProgrammingModel: () => model,
    registerFunction(
      { name, bindings }: Omit<RegisteredFunction, 'callback'>,
      callback: RegisteredFunction['callback'],
    ) {
      functions.set(name, { name, bindings, callback });
      return new Disposable();
    },
    registerHook: () => new Disposable(),
  };
  withCoreModule(core, () => {
    Module.createRequire(path.resolve(bundle))(path.resolve(bundle));
  });
  return {
    functions: [...functions.values()],
    async invoke(name, request) {
      const registered = functions.get(name);
      if (registered === undefined || model === null) throw new Error(`no function ${name} in ${bundle}`);
      const { callback, ...metadata } = registered;
      const invocation = model.getInvocationModel({
        invocationId: request.invocationId,
        metadata,
        request,
        state: undefined,
        log: (level: string, category: string, message: string) => log(name, level, category, message),
      });
      const { context, inputs } = await invocation.getArguments();
      const result = await invocation.invokeFunction(context, inputs, callback);
      return (await invocation.getResponse(context, result)).returnValue ?? null;
    },
  };
}

interface Loader {
  _load(request: string, ...rest: unknown[]): unknown;
}

/** The worker answers `require` in the same way. The library asks while the app registers, and remembers the answer. */
function withCoreModule(core: object, load: () => void): void {
  const loader = Module as unknown as Loader;
  const usual = loader._load.bind(loader);
  loader._load = (request, ...rest) => (request === '@azure/functions-core' ? core : usual(request, ...rest));
  try {
    load();
  } finally {
    loader._load = usual;
  }
}
