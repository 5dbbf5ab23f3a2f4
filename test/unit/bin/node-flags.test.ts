import { readFileSync } from 'node:fs';
import path from 'node:path';
import packageJson from '../../../package.json';

const root = path.join(__dirname, '..', '..', '..');
const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');

describe('the flags that Node is started with', () => {
  const flags = /NODE_FLAGS = \['(.*)'\]/.exec(read('build/node-flags.mjs'))?.[1]?.split("', '") ?? [];

  test('are the same whichever way Muster is started', () => {
    expect(flags).toHaveLength(2);
    expect(read('bin/muster.mjs').split('\n', 1)[0]).toBe(`#!/usr/bin/env -S node ${flags.join(' ')}`);
    const { demo, muster } = packageJson.scripts;
    expect([demo, muster]).toEqual([
      `node ${flags.join(' ')} bin/muster.mjs demo`,
      `node ${flags.join(' ')} bin/muster.mjs`,
    ]);
  });
});
