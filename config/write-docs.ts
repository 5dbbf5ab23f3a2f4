/** `npm run docs`: writes what is made from the schemas. A test fails where it was forgotten. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { jsonSchema } from './load-config';
import { configurationReference } from './reference';
import { localSettingsSample, settingsPage } from './settings-page';

const root = path.join(__dirname, '..');
writeFileSync(path.join(root, 'docs', 'configuration.md'), configurationReference());
writeFileSync(path.join(root, 'docs', 'muster.schema.json'), `${JSON.stringify(jsonSchema(), null, 2)}\n`);
writeFileSync(path.join(root, 'docs', 'settings.md'), settingsPage());
writeFileSync(path.join(root, 'local.settings.sample.json'), localSettingsSample());
