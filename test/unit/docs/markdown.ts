/** Reads Markdown as the tests of the documentation need it: tables, code blocks, headings, links. */
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

export const root = path.join(__dirname, '../../..');

export function read(file: string): string {
  return readFileSync(path.join(root, file), 'utf8');
}

/** README.md and all pages below docs/, relative to the root. */
export function pages(): readonly string[] {
  const below = readdirSync(path.join(root, 'docs'), { recursive: true, encoding: 'utf8' });
  return [
    'README.md',
    'CONTRIBUTING.md',
    'CHANGELOG.md',
    'SECURITY.md',
    ...below.map((file) => path.posix.join('docs', file)),
  ]
    .filter((file) => file.endsWith('.md'))
    .sort();
}

/** Cells of the rows of the first table after a text, without header and rule. */
export function tableAfter(page: string, marker: string): readonly (readonly string[])[] {
  const at = page.indexOf(marker);
  if (at < 0) throw new Error(`the page has no ${marker}`);
  const lines = page.slice(at + marker.length).split('\n');
  const first = lines.findIndex((line) => line.startsWith('|'));
  const rows: string[][] = [];
  for (const line of first < 0 ? [] : lines.slice(first)) {
    if (!line.startsWith('|')) break;
    rows.push(
      line
        .split(/(?<!\\)\|/)
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
  }
  return rows.slice(2);
}

/** Bodies of the fenced blocks of one language. */
export function blocks(page: string, language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, body]) => body ?? '');
}

/** Text without fenced and inline code, where nothing is a link or a heading. */
export function prose(page: string): string {
  return page.replace(/^ *```[\s\S]*?^ *```$/gm, '').replace(/`[^`\n]*`/g, '');
}

/** Anchors of the headings, as GitHub makes them. */
export function anchors(page: string): ReadonlySet<string> {
  const seen = new Map<string, number>();
  const found = new Set<string>();
  for (const [, title = ''] of page.replace(/^ *```[\s\S]*?^ *```$/gm, '').matchAll(/^#{1,6} +(.+?) *#*$/gm)) {
    const base = title
      .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
      .toLowerCase()
      .replace(/[^\p{L}\p{N}\- _]/gu, '')
      .replaceAll(' ', '-');
    const count = seen.get(base) ?? 0;
    seen.set(base, count + 1);
    found.add(count === 0 ? base : `${base}-${String(count)}`);
  }
  return found;
}

/** Targets of the links and images of a page. */
export function links(page: string): readonly string[] {
  return [...prose(page).matchAll(/\]\(\s*<?([^)\s>]+)>?[^)]*\)/g)].map(([, target]) => target ?? '');
}
