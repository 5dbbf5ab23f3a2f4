/** Bundles one TypeScript entry and runs it: `node build/run.mjs bench/main.ts --phones 100000`. */
import { createRequire } from 'node:module';
import path from 'node:path';
import { bundle, bundlePath } from './bundle.mjs';

const [entry, ...rest] = process.argv.slice(2);
if (entry === undefined) {
  process.stderr.write('usage: node build/run.mjs ENTRY.ts [arguments]\n');
  process.exit(2);
}
const outfile = path.join(path.dirname(bundlePath), `${path.basename(path.dirname(path.resolve(entry)))}.cjs`);
await bundle(path.resolve(entry), outfile);
process.argv.splice(2, process.argv.length, ...rest);
const emit = process.emitWarning.bind(process);
process.emitWarning = (warning, ...more) => {
  if (!String(warning).includes('SQLite')) emit(warning, ...more);
};
createRequire(import.meta.url)(outfile);
