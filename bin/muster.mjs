#!/usr/bin/env -S node --max-semi-space-size=8 --heap-growing-percent=60
/**
 * Starts the `muster` command. Muster needs Node 22.13 or later for its embedded store; where the Node on the path is
 * older, the one that came with `npm ci` is used. In a clone the bundle is made afresh when a source is newer.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { NODE_FLAGS } from '../build/node-flags.mjs';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major > 22 || (major === 22 && minor >= 13)) await run();
else handOver();

async function run() {
  // node:sqlite is complete for what Muster uses; its notice would only disturb people who read stderr.
  const emit = process.emitWarning.bind(process);
  process.emitWarning = (warning, ...rest) => {
    if (String(warning).includes('SQLite')) return;
    emit(warning, ...rest);
  };
  if (existsSync(path.join(root, 'cli', 'main.ts'))) {
    const { bundle, isStale } = await import('../build/bundle.mjs');
    if (await isStale()) await bundle();
  }
  createRequire(import.meta.url)(path.join(root, 'dist', 'cli.cjs'));
}

function handOver() {
  const node = path.join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (!existsSync(node)) {
    process.stderr.write(
      `muster needs Node 22.13 or later; this is ${process.versions.node}. Run "npm ci" in ${root}, or install a newer Node.\n`,
    );
    process.exit(1);
  }
  const child = spawn(node, [...NODE_FLAGS, fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
    stdio: 'inherit',
  });
  // The terminal sends Ctrl-C to both; only the child decides what it means.
  process.on('SIGINT', () => undefined);
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  child.on('exit', (code, signal) => process.exit(code ?? (signal === 'SIGINT' ? 130 : 1)));
}
