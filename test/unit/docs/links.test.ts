/** Every relative link and anchor of the documentation, and every anchor that infrastructure and code name, leads somewhere. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { anchors, links, pages, read, root } from './markdown';

const EXTERNAL = /^(?:https?:|mailto:)/;

/** Why a link of a page leads nowhere; null where it leads somewhere. */
function broken(from: string, target: string): string | null {
  if (EXTERNAL.test(target)) return null;
  const [file = '', anchor] = decodeURIComponent(target).split('#', 2);
  const to = file === '' ? from : path.posix.join(path.posix.dirname(from), file);
  if (to.startsWith('..')) return `${target} leaves the project`;
  if (!existsSync(path.join(root, to))) return `${target}: no ${to}`;
  if (anchor === undefined || anchor === '') return null;
  return anchors(read(to)).has(anchor) ? null : `${target}: no heading`;
}

describe('links of the documentation', () => {
  test.each(pages())('%s', (page) => {
    const wrong = links(read(page)).map((target) => broken(page, target));
    expect(wrong.filter((each) => each !== null)).toEqual([]);
  });

  test('every page can be reached from README.md', () => {
    const reached = new Set<string>();
    const visit = (page: string): void => {
      if (reached.has(page)) return;
      reached.add(page);
      for (const target of links(read(page))) {
        if (EXTERNAL.test(target)) continue;
        const [file = ''] = target.split('#', 1);
        const to = path.posix.join(path.posix.dirname(page), file).replace(/\/$/, '');
        if (to.endsWith('.md')) visit(to);
        // A link to a folder shows all of it.
        else if (file !== '' && existsSync(path.join(root, to, '0001-pages-as-units-of-work.md')))
          for (const each of pages().filter((one) => path.posix.dirname(one) === to)) visit(each);
      }
    };
    visit('README.md');
    const outside = ['CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md'];
    expect(pages().filter((page) => !reached.has(page) && !outside.includes(page))).toEqual([]);
  });

  test('pages that infrastructure and code name are there', () => {
    const folders = ['infra', 'functions', 'core', 'config', 'cli', 'connectors', 'host', 'storage', 'build'];
    const files = folders.flatMap((folder) =>
      readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' })
        .map((file) => path.posix.join(folder, file))
        .filter((file) => /\.(?:ts|mjs|bicep|kql|sh|yaml)$/.test(file)),
    );
    const named = files.flatMap((file) =>
      [...readFileSync(path.join(root, file), 'utf8').matchAll(/docs\/[\w/-]+\.md(?:#[\w-]+)?/g)].map(
        ([target]) => [file, target] as const,
      ),
    );
    expect(named.length).toBeGreaterThan(10);
    expect(
      named.flatMap(([file, target]) => {
        const why = broken('README.md', target);
        return why === null ? [] : [`${file}: ${why}`];
      }),
    ).toEqual([]);
  });
});
