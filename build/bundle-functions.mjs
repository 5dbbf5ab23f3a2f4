/**
 * Bundles the functions: one file per app, with everything in it but the module that the Functions worker brings
 * (facts/azure-functions.md §2.2). `index` holds all functions, for one machine; edge and worker are what is deployed.
 */
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isStaleAt, root } from './bundle.mjs';

export const APPS = { functions: 'index.ts', edge: 'edge-app.ts', worker: 'worker-app.ts' };
export const functionsFolder = path.join(root, 'dist', 'functions');

/** @param {keyof typeof APPS} app */
export function functionsBundle(app) {
  return path.join(functionsFolder, `${app}.cjs`);
}

/**
 * Builds into a folder of its own and then moves the files, so that nobody reads half a bundle.
 * @returns bytes of each app's bundle.
 */
export async function bundleFunctions({ apps = Object.keys(APPS), outdir = functionsFolder, sourcemap = true } = {}) {
  const { build } = await import('esbuild');
  const draft = `${outdir}.${process.pid}`;
  await mkdir(outdir, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: Object.fromEntries(apps.map((app) => [app, path.join(root, 'functions', APPS[app])])),
    outdir: draft,
    outExtension: { '.js': '.cjs' },
    bundle: true,
    minify: true,
    keepNames: true,
    platform: 'node',
    target: 'node22',
    format: 'cjs',
    // Given by the worker; and packages that some dependency asks for in vain when they are not there.
    external: ['@azure/functions-core'],
    // @azure/storage-common asks for its own place with import.meta.url, which a CommonJS bundle has not.
    define: { 'import.meta.url': '__moduleUrl' },
    banner: { js: 'const __moduleUrl = require("node:url").pathToFileURL(__filename).href;' },
    legalComments: 'none',
    sourcemap: sourcemap ? 'linked' : false,
    metafile: true,
    logLevel: 'error',
  });
  const sizes = {};
  for (const [file, { bytes }] of Object.entries(metafile.outputs)) {
    const name = path.basename(file);
    await rename(path.join(root, file), path.join(outdir, name));
    if (name.endsWith('.cjs')) sizes[name.slice(0, -4)] = bytes;
  }
  await rm(draft, { recursive: true, force: true });
  return { sizes, metafile };
}

/** Whether a source is newer than the bundle of all functions. */
export function areFunctionsStale() {
  return isStaleAt(functionsBundle('functions'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { sizes } = await bundleFunctions();
  for (const [app, bytes] of Object.entries(sizes)) process.stdout.write(`${app} ${bytes}\n`);
}
