/** The folder of public test data that `MUSTER_VECTORS` names; tests that need it are skipped where it is unset. */
import path from 'node:path';

const folder = process.env['MUSTER_VECTORS'] ?? '';

/** `describe` where the test data is there; else a skipped one that says why, in one line. */
export function describeWithVectors(name: string, body: () => void): void {
  if (folder !== '') {
    describe(name, body);
    return;
  }
  process.stderr.write(`skipped: ${name}: MUSTER_VECTORS is not set\n`);
  describe.skip(name, body);
}

/** @param parts path below the folder. Only for use inside the tests of {@link describeWithVectors}. */
export function vectorPath(...parts: readonly string[]): string {
  return path.join(folder, ...parts);
}
