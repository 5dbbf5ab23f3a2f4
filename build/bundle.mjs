/**
 * Bundles the command into dist/cli.cjs. Packages stay outside the bundle, so that this takes a fraction of a second and
 * a stack trace names our own files. `bin/muster.mjs` calls it whenever a source is newer than the bundle.
 */
import { mkdir, readdir, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const rooms = [
  'cli',
  'compose',
  'config',
  'connectors',
  'core',
  'feeds',
  'functions',
  'host',
  'kms',
  'report',
  'simulators',
  'storage',
  'telemetry',
  'main.ts',
  'package.json',
];

export const bundlePath = path.join(root, 'dist', 'cli.cjs');

/** Newest modification among the sources, in milliseconds since the epoch. */
async function newestSource() {
  let newest = 0;
  for (const room of rooms) {
    const at = path.join(root, room);
    const info = await stat(at).catch(() => null);
    if (info === null) continue;
    const files = info.isDirectory() ? await readdir(at, { recursive: true, withFileTypes: true }) : [];
    const paths = info.isDirectory()
      ? files.filter((file) => file.isFile()).map((file) => path.join(file.parentPath, file.name))
      : [at];
    for (const file of paths) newest = Math.max(newest, (await stat(file)).mtimeMs);
  }
  return newest;
}

export function isStale() {
  return isStaleAt(bundlePath);
}

/** Whether a source is newer than the file, or there is no such file. */
export async function isStaleAt(file) {
  const built = await stat(file).catch(() => null);
  return built === null || built.mtimeMs < (await newestSource());
}

/** Builds to a file of its own and renames it, so that two commands started at once never read half a bundle. */
export async function bundle(entry = path.join(root, 'cli', 'main.ts'), outfile = bundlePath) {
  const { build } = await import('esbuild');
  await mkdir(path.dirname(outfile), { recursive: true });
  const temporary = `${outfile}.${process.pid}`;
  await build({
    entryPoints: [entry],
    outfile: temporary,
    bundle: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    packages: 'external',
    sourcemap: 'inline',
    keepNames: true,
    logLevel: 'warning',
  });
  await rename(temporary, outfile);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await bundle();
