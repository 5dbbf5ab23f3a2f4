/**
 * `npm run check:package`: size and load time of what is deployed against their budgets. An app has 30 s to register on
 * Flex Consumption, which nobody may wait for (facts/azure-functions.md §2.1, §2.2).
 */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { makePackages } from './package.mjs';
import { root } from './bundle.mjs';

const MAX_CODE_BYTES = 3 * 1024 * 1024;
const MAX_LOAD_MS = 300;
/** The best of so many: what the code costs, not what else the machine did. */
const TRIES = 7;

/** Loads an app as the worker does, in a process of its own, and prints the milliseconds. */
const LOAD = `
const Module = require('node:module');
const load = Module._load;
const core = { version: '4', hostVersion: '4', log() {}, setProgrammingModel() {}, registerHook() {}, registerFunction() {} };
Module._load = (name, ...rest) => (name === '@azure/functions-core' ? core : load(name, ...rest));
const start = performance.now();
require(process.argv[1]);
process.stdout.write(String(performance.now() - start));
`;

let failed = false;
for (const { app, codeBytes, sha256 } of await makePackages()) {
  const file = path.join(root, 'dist', 'package', app, 'app.cjs');
  const times = Array.from({ length: TRIES }, () =>
    Number(execFileSync(process.execPath, ['-e', LOAD, file], { encoding: 'utf8' })),
  );
  const best = Math.round(Math.min(...times));
  const good = codeBytes <= MAX_CODE_BYTES && best <= MAX_LOAD_MS;
  failed ||= !good;
  process.stdout.write(
    `${good ? 'ok  ' : 'FAIL'} ${app}: ${codeBytes} bytes of ${MAX_CODE_BYTES}, loaded in ${best} ms of ${MAX_LOAD_MS}, ${sha256}\n`,
  );
}
process.exitCode = failed ? 1 : 0;
