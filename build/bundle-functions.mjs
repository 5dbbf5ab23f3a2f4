/**
 * Bundles the functions: one file per app, with everything in it but the module that the Functions worker brings
 * (facts/azure-functions.md §2.2). `index` holds all functions, for one machine; edge and worker are what is deployed.
 */
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isStaleAt, root } from './bundle.mjs';

export const APPS = { functions: 'index.ts', edge: 'edge-app.ts', worker: 'worker-app.ts' };
/** Files that lie beside every bundle. */
export const COMPANIONS = ['azure-identity', 'azure-monitor'];
export const functionsFolder = path.join(root, 'dist', 'functions');

/**
 * What is needed with the first request to Azure and not to register: files of their own beside the bundle, loaded when they
 * are asked for, so that Node need not read them at a cold start. Nothing compares their classes with those of the bundle.
 */
const LATER = { 'azure-identity': '@azure/identity', 'azure-monitor': './telemetry/azure-monitor.ts' };

const loadLater = {
  name: 'load-later',
  setup(build) {
    const rules = [
      [/^@azure\/identity$/, 'azure-identity'],
      [/\/telemetry\/azure-monitor\.js$/, 'azure-monitor'],
    ];
    for (const [filter, name] of rules) {
      build.onResolve({ filter }, ({ kind }) =>
        kind === 'dynamic-import' ? { path: `./${name}.cjs`, external: true } : undefined,
      );
    }
  },
};

/** @param {keyof typeof APPS} app */
export function functionsBundle(app) {
  return path.join(functionsFolder, `${app}.cjs`);
}

/**
 * Builds into a folder of its own and then moves the files, so that nobody reads half a bundle.
 * @returns bytes of each file, by its name without ending.
 */
export async function bundleFunctions({ apps = Object.keys(APPS), outdir = functionsFolder, sourcemap = true } = {}) {
  const { build } = await import('esbuild');
  const draft = `${outdir}.${process.pid}`;
  await mkdir(outdir, { recursive: true });
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: {
      ...Object.fromEntries(apps.map((app) => [app, path.join(root, 'functions', APPS[app])])),
      ...LATER,
    },
    plugins: [loadLater],
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
    if (!name.endsWith('.cjs')) continue;
    sizes[name.slice(0, -4)] = bytes;
    if (!sourcemap) await escapeNonAscii(path.join(outdir, name));
  }
  await rm(draft, { recursive: true, force: true });
  return { sizes, metafile };
}

/**
 * The bundler leaves what stands outside of ASCII in regular expressions and tagged templates. One such character makes Node
 * read the whole bundle as two bytes a character, at twice the time. In all these places an escape means the same: our own
 * tags take the cooked text, and what is raw is script for a browser.
 */
async function escapeNonAscii(file) {
  const text = await readFile(file, 'utf8');
  const escaped = text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
  await writeFile(file, escaped);
}

/** Whether a source is newer than the bundle of all functions. */
export function areFunctionsStale() {
  return isStaleAt(functionsBundle('functions'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { sizes } = await bundleFunctions();
  for (const [app, bytes] of Object.entries(sizes)) process.stdout.write(`${app} ${bytes}\n`);
}
