import { readFileSync } from 'node:fs';
import path from 'node:path';
import { jsonSchema } from '../../../config/load-config';
import { configurationReference } from '../../../config/reference';
import { localSettingsSample, settingsPage } from '../../../config/settings-page';

const docs = path.join(__dirname, '../../../docs');

describe('documents made from the configuration schema', () => {
  test('the reference is up to date (npm run docs)', () => {
    expect(readFileSync(path.join(docs, 'configuration.md'), 'utf8')).toBe(configurationReference());
  });

  test('the JSON Schema for editors is up to date (npm run docs)', () => {
    expect(JSON.parse(readFileSync(path.join(docs, 'muster.schema.json'), 'utf8'))).toEqual(
      JSON.parse(JSON.stringify(jsonSchema())),
    );
  });

  test('the page of app settings and the sample for one machine are up to date (npm run docs)', () => {
    expect(readFileSync(path.join(docs, 'settings.md'), 'utf8')).toBe(settingsPage());
    expect(readFileSync(path.join(docs, '../local.settings.sample.json'), 'utf8')).toBe(localSettingsSample());
  });

  test('every setting of the contract has a row', () => {
    const reference = configurationReference();
    for (const setting of [
      'tenant',
      'state(sqlite).path',
      'policy',
      'connectors[](jamf).pageSize',
      'connectors[](intune).strategy',
      'directory.kms',
    ]) {
      expect(reference).toContain(`| \`${setting}\` |`);
    }
  });
});
