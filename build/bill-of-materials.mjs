/** What is in the packages, as a CycloneDX document: the packages that the bundler really took, not all that are installed. */
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { root } from './bundle.mjs';

/**
 * @param metafile of esbuild.
 * @param own package.json of the project.
 * @returns a CycloneDX 1.6 document without times and with a serial number made from its content, so that the same bundle
 *   gives the same document.
 */
export async function billOfMaterials(metafile, own) {
  const folders = new Set();
  for (const { inputs } of Object.values(metafile.outputs)) {
    for (const [input, { bytesInOutput }] of Object.entries(inputs)) {
      const folder = bytesInOutput > 0 ? packageFolder(input) : null;
      if (folder !== null) folders.add(folder);
    }
  }
  const components = await Promise.all([...folders].sort().map(componentOf));
  const unique = [...new Map(components.map((component) => [component['bom-ref'], component])).values()];
  const content = {
    metadata: {
      component: {
        type: 'application',
        'bom-ref': `pkg:npm/${own.name}@${own.version}`,
        name: own.name,
        version: own.version,
        licenses: [{ license: { id: own.license } }],
      },
    },
    components: unique,
  };
  return { bomFormat: 'CycloneDX', specVersion: '1.6', serialNumber: serialNumber(content), version: 1, ...content };
}

/** The innermost package that a file belongs to; null for our own files. */
function packageFolder(file) {
  const found = /^(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(file);
  return found === null ? null : found[1];
}

async function componentOf(folder) {
  const manifest = JSON.parse(await readFile(path.join(root, folder, 'package.json'), 'utf8'));
  const { name, version, license, description } = manifest;
  const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`;
  return {
    type: 'library',
    'bom-ref': purl,
    name,
    version,
    ...(typeof description === 'string' && description !== '' ? { description } : {}),
    licenses: typeof license === 'string' ? [licenseOf(license)] : [],
    purl,
  };
}

function licenseOf(license) {
  return /^[A-Za-z0-9.-]+$/.test(license) ? { license: { id: license } } : { expression: license };
}

/** A UUID of version 8: made from content. */
function serialNumber(content) {
  const hex = createHash('sha256').update(JSON.stringify(content)).digest('hex');
  const variant = ((parseInt(hex[16], 16) & 0x3) | 0x8).toString(16);
  return `urn:uuid:${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
