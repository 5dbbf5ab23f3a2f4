#!/usr/bin/env node
/**
 * Starts the `muster` command. Muster needs Node 22.13 or later for its embedded store, started with the settings that keep
 * a sweep small: this hands over to such a Node, the one that came with `npm ci` where the one on the path is older. In a
 * clone the bundle is made afresh when a source is newer.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_ENVIRONMENT, NODE_FLAGS } from '../build/node-flags.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const isRecent = major > 22 || (major === 22 && minor >= 13);
const isSet =
  NODE_FLAGS.every((flag) => process.execArgv.includes(flag)) &&
  Object.entries(NODE_ENVIRONMENT).every(([name, value]) => process.env[name] === value);

quiet();
if (isRecent && isSet) await run();
else handOver(isRecent ? process.execPath : ownNode());

/** node:sqlite and execve are complete for what Muster uses; their notices would only disturb people who read stderr. */
function quiet() {
  const emit = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...rest) => {
    if (!/SQLite|execve/.test(String(warning))) emit(warning, ...rest);
  };
}

async function run() {
  if (existsSync(path.join(root, 'cli', 'main.ts'))) {
    const { bundle, isStale } = await import('../build/bundle.mjs');
    if (await isStale()) await bundle();
  }
  createRequire(import.meta.url)(path.join(root, 'dist', 'cli.cjs'));
}

/** The Node of `npm ci`. */
function ownNode() {
  const node = path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(node)) return node;
  process.stderr.write(
    `muster needs Node 22.13 or later; this is ${process.versions.node}. Run "npm ci" in ${root}, or install a newer Node.\n`,
  );
  process.exit(1);
}

function handOver(node) {
  const args = [...process.execArgv, ...NODE_FLAGS, fileURLToPath(import.meta.url), ...process.argv.slice(2)];
  const env = { ...process.env, ...NODE_ENVIRONMENT };
  // In place where Node can: one process, which a signal reaches.
  if (process.platform !== 'win32' && typeof process.execve === 'function') process.execve(node, [node, ...args], env);
  const child = spawn(node, args, { stdio: 'inherit', env });
  // The terminal sends Ctrl-C to both; only the child decides what it means.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
