/**
 * One TypeScript file with all it imports as one CommonJS file, as the functions are shipped. For what jest cannot load
 * itself (packages that are ECMAScript modules only), and for programs that a test starts in a process of their own.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';

const root = path.join(__dirname, '../..');

export interface BundledEntry {
  readonly file: string;
  readonly remove: () => void;
}

/** @param entry path of the source, relative to the project. */
export function bundleEntry(entry: string): BundledEntry {
  const folder = mkdtempSync(path.join(tmpdir(), 'muster-entry-'));
  const file = path.join(folder, 'entry.cjs');
  buildSync({
    absWorkingDir: root,
    entryPoints: [entry],
    outfile: file,
    bundle: true,
    keepNames: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    external: ['@azure/functions-core'],
    define: { 'import.meta.url': '__moduleUrl' },
    banner: { js: 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
    sourcemap: 'inline',
    logLevel: 'error',
  });
  return { file, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The exports of a source, loaded from its bundle. */
export function loadBundled(entry: string): unknown {
  const { file, remove } = bundleEntry(entry);
  try {
    return createRequire(__filename)(file);
  } finally {
    remove();
  }
}
