/**
 * `npm run package [-- --config FILE]`: what is deployed. For each app a folder and a zip under dist/package, the SHA-256 of
 * the zips, and a CycloneDX list of everything that is in them. The same sources give the same bytes.
 */
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fileURLToPath } from 'node:url';
import { pipeline } from 'node:stream/promises';
import { parseDocument } from 'yaml';
import yazl from 'yazl';
import { bundleFunctions, COMPANIONS } from './bundle-functions.mjs';
import { root } from './bundle.mjs';
import { billOfMaterials } from './bill-of-materials.mjs';

/** Deployed apps. */
export const DEPLOYED = ['edge', 'worker'];
export const DEFAULT_CONFIG = path.join('infra', 'app', 'muster.yaml');

/** Every file in a zip bears this moment, the first that a zip can tell; zips know no time zone, so it is this machine's. */
const ZIP_EPOCH = new Date(1980, 0, 1);

/**
 * @returns one entry per app: paths, bytes and SHA-256 of its zip, bytes of its code.
 * @throws where the configuration would put a secret into the package.
 */
export async function makePackages({ outdir = path.join(root, 'dist', 'package'), config = DEFAULT_CONFIG } = {}) {
  const draft = `${outdir}.${process.pid}`;
  await rm(draft, { recursive: true, force: true });
  const bundles = path.join(draft, 'bundles');
  const { sizes, metafile } = await bundleFunctions({ apps: DEPLOYED, outdir: bundles, sourcemap: false });
  const own = JSON.parse(await readFile(path.join(root, 'package.json'), 'utf8'));
  const materials = await billOfMaterials(metafile, own);
  const configured = await readConfiguration(path.resolve(root, config));
  const packages = [];
  for (const app of DEPLOYED) {
    const folder = path.join(draft, app);
    await mkdir(folder, { recursive: true });
    await rename(path.join(bundles, `${app}.cjs`), path.join(folder, 'app.cjs'));
    for (const name of COMPANIONS) await copyFile(path.join(bundles, `${name}.cjs`), path.join(folder, `${name}.cjs`));
    await copyFile(path.join(root, 'host.json'), path.join(folder, 'host.json'));
    const { version } = own;
    await writeFile(
      path.join(folder, 'package.json'),
      json({ name: `muster-${app}`, version, private: true, main: 'app.cjs' }),
    );
    for (const [name, text] of configured) await writeFile(path.join(folder, name), text);
    const zip = path.join(draft, `${app}.zip`);
    await zipFolder(folder, zip);
    const bytes = await readFile(zip);
    const sha256 = createHash('sha256').update(bytes).digest('hex');
    const codeBytes = [app, ...COMPANIONS].reduce((sum, name) => sum + sizes[name], 0);
    packages.push({ app, zip: path.join(outdir, `${app}.zip`), bytes: bytes.length, codeBytes, sha256 });
  }
  await writeFile(
    path.join(draft, 'SHA256SUMS'),
    packages.map(({ app, sha256 }) => `${sha256}  ${app}.zip\n`).join(''),
  );
  await writeFile(path.join(draft, 'bom.json'), json(materials));
  await rm(bundles, { recursive: true, force: true });
  await rm(outdir, { recursive: true, force: true });
  await rename(draft, outdir);
  return packages;
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** The configuration and the files it names, flat, as they lie in the package. */
async function readConfiguration(file) {
  const document = parseDocument(await readFile(file, 'utf8'));
  const folder = path.dirname(file);
  const files = [];
  const bring = async (at, name) => {
    const value = document.getIn(at);
    if (typeof value !== 'string') return;
    files.push([name, await readFile(path.resolve(folder, value), 'utf8')]);
    document.setIn(at, name);
  };
  for (const secret of [...document.toString().matchAll(/^\s*certificatePath:.*$/gm)]) {
    throw new Error(`${file}: ${secret[0].trim()}: a private key is not put into a package; use a managed identity`);
  }
  await bring(['policy'], 'policy.yaml');
  await bring(['feeds', 'appleOs', 'caPath'], 'feed-root.pem');
  return [['muster.yaml', document.toString()], ...files];
}

async function zipFolder(folder, target) {
  const zip = new yazl.ZipFile();
  for (const name of (await readdir(folder)).sort()) {
    if (!(await stat(path.join(folder, name))).isFile()) continue;
    // Times and modes of this machine stay out of it.
    zip.addBuffer(await readFile(path.join(folder, name)), name, {
      mtime: ZIP_EPOCH,
      mode: 0o100644,
      forceDosTimestamp: true,
    });
  }
  zip.end();
  await pipeline(zip.outputStream, createWriteStream(target));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { values } = parseArgs({ options: { config: { type: 'string', default: DEFAULT_CONFIG } } });
  for (const { zip, bytes, sha256 } of await makePackages(values)) {
    process.stdout.write(`${sha256}  ${path.relative(process.cwd(), zip)}  ${bytes} bytes\n`);
  }
}
