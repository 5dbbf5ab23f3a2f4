import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { describeWithBicep, infraFolder, predictedOf } from '../support/bicep';

interface AzureYaml {
  readonly infra: { readonly path: string; readonly module: string };
  readonly services: Readonly<
    Record<string, { readonly host: string; readonly language: string; readonly dist: string }>
  >;
}

const root = path.dirname(infraFolder);
const azd = parse(readFileSync(path.join(root, 'azure.yaml'), 'utf8')) as AzureYaml;

describe('azure.yaml', () => {
  test('deploys a parameter file that is there', () => {
    expect(existsSync(path.join(root, azd.infra.path, `${azd.infra.module}.bicepparam`))).toBe(true);
  });

  test('packages two Function Apps, each from a folder of its own', () => {
    expect(Object.keys(azd.services).sort()).toEqual(['edge', 'worker']);
    for (const [name, service] of Object.entries(azd.services))
      expect(service).toMatchObject({ host: 'function', language: 'ts', dist: `dist/package/${name}` });
  });
});

describeWithBicep('azure.yaml and the deployment', () => {
  test.each(['pilot.bicepparam', 'production.bicepparam'])(
    'azd finds the app of each service in %s by its tag',
    (file) => {
      const tagged = predictedOf(file).flatMap(({ tags }) => tags?.['azd-service-name'] ?? []);
      expect(tagged.sort()).toEqual(Object.keys(azd.services).sort());
    },
  );
});
