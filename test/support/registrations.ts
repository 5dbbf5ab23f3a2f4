/**
 * A program: `node registrations BUNDLE…` loads each bundle as the Functions worker would and prints as one JSON document
 * what it registers, and what keeps the process alive afterwards. Bundled with {@link bundleEntry}, since jest has its own `require`.
 */
import { loadApp } from '../../host/functions-core';
import type { Binding } from '../../host/functions-core';

export interface Registrations {
  /** File of the bundle → name of the function → its bindings. */
  readonly apps: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Binding>>>>>>;
  /** Kinds of handles that are open after loading: sockets, timers, requests. */
  readonly active: readonly string[];
}

const apps = Object.fromEntries(
  process.argv.slice(2).map((bundle) => {
    const { functions } = loadApp(bundle, () => undefined);
    return [bundle, Object.fromEntries(functions.map(({ name, bindings }) => [name, bindings]))];
  }),
);
const active = process.getActiveResourcesInfo();
process.stdout.write(JSON.stringify({ apps, active } satisfies Registrations));
