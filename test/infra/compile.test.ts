import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeWithBicep, infraFolder, runBicep, snapshotOf } from '../support/bicep';

const sources = readdirSync(infraFolder, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(bicep|bicepparam)$/.test(file))
  .sort();

/** Version and hash of the compiler that wrote it stand in every template; they say nothing about the deployment. */
function withoutGenerator(template: unknown): unknown {
  return JSON.parse(
    JSON.stringify(template, (name, value: unknown) => (name === '_generator' ? undefined : value)),
  ) as unknown;
}

describeWithBicep('the infrastructure compiles', () => {
  test.each(['main.bicep', 'pilot.bicepparam', 'production.bicepparam'])('%s has no warning', (file) => {
    expect(runBicep(['lint', path.join(infraFolder, file)])).toEqual({ code: 0, output: '' });
  });

  test('main.json is what the compiler makes of main.bicep', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'muster-build-'));
    try {
      const compiled = path.join(folder, 'main.json');
      expect(runBicep(['build', path.join(infraFolder, 'main.bicep'), '--outfile', compiled])).toEqual({
        code: 0,
        output: '',
      });
      const [made, kept] = [compiled, path.join(infraFolder, 'main.json')].map((file) =>
        withoutGenerator(JSON.parse(readFileSync(file, 'utf8'))),
      );
      expect(kept).toEqual(made);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test('every file is formatted as the compiler does', () => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'muster-format-'));
    try {
      cpSync(infraFolder, folder, { recursive: true });
      for (const kind of ['bicep', 'bicepparam'])
        expect(runBicep(['format', '--pattern', `${folder}/**/*.${kind}`])).toEqual({ code: 0, output: '' });
      const text = (at: string, file: string) => readFileSync(path.join(at, file), 'utf8').trim();
      expect(sources.filter((file) => text(folder, file) !== text(infraFolder, file))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test.each(['pilot.bicepparam', 'production.bicepparam'])(
    '%s can be deployed, as far as the compiler can say',
    (file) => {
      const { diagnostics, predictedResources } = snapshotOf(file);
      expect(diagnostics).toEqual([]);
      expect(predictedResources.length).toBeGreaterThan(50);
    },
  );
});

test('the main template and its modules need no registry', () => {
  const compiled = sources.filter((file) => !file.startsWith('graph-permissions'));
  expect(compiled.length).toBeGreaterThan(5);
  for (const file of compiled)
    expect(readFileSync(path.join(infraFolder, file), 'utf8')).not.toMatch(/'(br|ts):|'br\/|^extension /m);
});
