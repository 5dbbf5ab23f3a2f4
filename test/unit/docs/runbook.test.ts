import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { TABLES } from '../../../core/sweep/tables';
import { QUEUES } from '../../../core/sweep/messages';
import { runKql } from '../../support/kql';
import { anchors, blocks, read, root } from './markdown';

const page = read('docs/runbook.md');
const queries = blocks(page, 'kql');

/** Events that the code writes: the first text in a call of `log`, after its level or a choice of levels. */
function events(): ReadonlySet<string> {
  const found = new Set<string>();
  for (const folder of ['core', 'functions', 'feeds', 'report', 'storage', 'connectors']) {
    for (const file of readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })) {
      if (!file.endsWith('.ts')) continue;
      const text = readFileSync(path.join(root, folder, file), 'utf8');
      for (const [, event = ''] of text.matchAll(/\blog\([^,]+,\s*'([a-z]+(?:-[a-z]+)+)'/g)) found.add(event);
    }
  }
  // Its last word is the problem that was found: feeds/index.ts.
  for (const problem of ['stale', 'shrunken', 'malformed', 'unreachable']) found.add(`feed-${problem}`);
  return found;
}

describe('docs/runbook.md', () => {
  test('has a section for every alert', () => {
    const alerts = readdirSync(path.join(root, 'infra/alerts')).map((file) => file.replace(/\.kql$/, ''));
    const wanted = [...alerts, 'storage-unavailable', 'vault-unavailable'];
    expect(wanted.filter((name) => !anchors(page).has(name))).toEqual([]);
  });

  test.each(['Means', 'Look', 'Do', 'Over'])('every alert has its paragraph "%s"', (paragraph) => {
    const sections = page.split(/^## /m).filter((text) => /^[a-z]+(?:-[a-z]+)+\n/.test(text));
    expect(sections.length).toBe(9);
    for (const section of sections) expect(section).toContain(`**${paragraph}`);
  });

  test.each(queries.map((query, at) => [at + 1, query] as const))(
    'query %d runs, and asks for events that are written',
    (_, query) => {
      expect(
        runKql(query, { AppTraces: [{ TimeGenerated: new Date(), Message: '{"event":"nothing"}' }] }, new Date()),
      ).toBeDefined();
      const named = [...query.matchAll(/"([a-z]+(?:-[a-z]+)+)"/g)].map(([, event]) => event ?? '');
      const written = events();
      expect(named.length).toBeGreaterThan(0);
      expect(named.filter((event) => !written.has(event))).toEqual([]);
    },
  );

  test('tables and queues that commands name are there', () => {
    const tables = [...page.matchAll(/--table-name (\w+)/g)].map(([, name]) => name);
    expect(tables.filter((name) => !Object.values(TABLES).some((one) => one === name))).toEqual([]);
    const named = [...page.matchAll(/--queue-name ([a-z-]+)|^queue=([a-z-]+)/gm)].map(([, one, other]) => one ?? other);
    expect(named.filter((name) => !Object.values(QUEUES).some((one) => one === name))).toEqual([]);
  });
});
