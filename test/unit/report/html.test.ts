import { createHash } from 'node:crypto';
import { renderHtml } from '../../../report/html';
import { listHref } from '../../../report/html/links';
import { makeReportModel, type ReportModel } from '../../../report/report-model';
import type { ReportRow } from '../../../report/report-row';
import { iso, makeDevice, makeRow, makeRule, makeRun, NOW, POLICY, syntheticRows } from './fleet-fixture';

function modelOf(rows: Iterable<ReportRow>, run = makeRun()): ReportModel {
  const builder = makeReportModel({ run, policy: POLICY, now: NOW });
  for (const row of rows) builder.add(row);
  return builder.finish();
}

const page = renderHtml(modelOf(syntheticRows(500)));
const all = (pattern: RegExp, text = page): readonly string[] =>
  [...text.matchAll(pattern)].map((match) => match[1] ?? '');

describe('the page', () => {
  test('is one document with one title, one language and one policy', () => {
    expect(page.startsWith('<!doctype html>')).toBe(true);
    expect(all(/<html lang="(\w+)"/g)).toEqual(['en']);
    expect(all(/<title>([^<]+)<\/title>/g)).toEqual(['RCS readiness of contoso – Muster']);
    expect(all(/http-equiv="(Content-Security-Policy)"/g)).toHaveLength(1);
  });

  test('names no address outside itself', () => {
    const addresses = all(/(?:src|href|action|data-src|poster)="([^"]*)"/g);
    expect(addresses.filter((address) => !address.startsWith('#') && address !== 'data:,')).toEqual([]);
    expect(page).not.toMatch(/@import|url\(|https?:\/\//);
  });

  test('runs its own script and style and nothing else: the hashes fit', () => {
    const [policy = ''] = all(/Content-Security-Policy"\s+content="([^"]+)"/g);
    const hash = (text: string): string => `sha256-${createHash('sha256').update(text).digest('base64')}`;
    const [style = ''] = all(/<style>([\s\S]*?)<\/style>/g);
    const [script = ''] = all(/<script>([\s\S]*?)<\/script>/g);
    expect(policy).toContain('default-src &#39;none&#39;');
    expect(policy).toContain(hash(style));
    expect(policy).toContain(hash(script));
    expect(page).not.toMatch(/ style="| on\w+="/);
  });

  test('gives every table a caption and every id once', () => {
    expect(all(/(<table)/g)).toHaveLength(all(/<table[^>]*>\s*(<caption)/g).length);
    const ids = all(/ id="([^"]+)"/g);
    expect(ids.toSorted()).toEqual([...new Set(ids)].toSorted());
  });

  test('has a place for every link inside itself', () => {
    const targets = all(/href="#([^"?]+)"/g);
    const ids = new Set(all(/ id="([^"]+)"/g));
    expect(targets.filter((target) => !ids.has(target))).toEqual([]);
  });

  test('is the same for the same model', () => {
    expect(renderHtml(modelOf(syntheticRows(500)))).toBe(page);
  });

  test('nests headings without a gap', () => {
    const levels = all(/<h([1-6])/g).map(Number);
    expect(levels[0]).toBe(1);
    levels.reduce((before, level) => {
      expect(level - before).toBeLessThanOrEqual(1);
      return level;
    }, 0);
  });
});

describe('what the page says', () => {
  test('two shares always: of all phones and of those that report', () => {
    expect(all(/(% of all phones)/g)).toHaveLength(3);
    expect(all(/(% of those seen in 14 days)/g)).toHaveLength(3);
  });

  test('that Muster cannot turn encryption on', () => expect(page).toContain('Muster cannot turn encryption on'));

  test('what is missing from a partial run, and what to do', () => {
    const [intune, jamf] = makeRun().connectors;
    const run = makeRun({
      state: 'partial',
      connectors: [
        intune!,
        {
          ...jamf!,
          state: 'partial',
          reason: 'token refused',
          hint: 'Renew the secret',
          lastCompleteAt: iso(NOW - 3 * 86_400_000),
        },
      ],
    });
    const text = renderHtml(modelOf(syntheticRows(20), run));
    expect(text).toContain('jamf is not complete');
    expect(text).toContain('token refused. Renew the secret.');
  });

  test('quarantined records with their reasons', () => {
    const run = makeRun({
      quarantined: {
        total: 900,
        records: [{ connectorId: 'ws1', vendorId: null, reason: 'Id: expected text', at: iso(NOW) }],
      },
    });
    expect(renderHtml(modelOf([], run))).toContain('Id: expected text');
  });

  test('something sensible about an empty fleet', () => {
    const text = renderHtml(modelOf([]));
    expect(text).toContain('No phones were read');
    const read = text.replace(/<(script|style)[\s\S]*?<\/\1>/g, '');
    expect(read).not.toMatch(/NaN|undefined|Infinity/);
  });
});

describe('hostile input', () => {
  const evil = '</script><script>alert(1)</script><img src=x onerror=alert(1)>"\'&\u2028';
  const row = makeRow(
    makeDevice({
      model: evil,
      serial: evil,
      manufacturer: evil,
      user: { id: null, name: evil, email: evil },
      connectorId: evil,
      lines: [{ ...makeDevice().lines[0]!, carrier: evil }],
    }),
    [makeRule('carrier', 'fail', { reason: evil, observed: evil, line: 1 })],
  );
  const run = makeRun({
    tenant: evil,
    warnings: [evil],
    quarantined: { total: 1, records: [{ connectorId: evil, vendorId: evil, reason: evil, at: iso(NOW) }] },
  });

  test('stays text', () => {
    const text = renderHtml(modelOf([row], run));
    expect(text).not.toContain('<img src=x');
    expect(all(/(<script)/g, text)).toHaveLength(2);
  });
});

describe('the size of the page', () => {
  test('does not grow with the fleet: it can be mailed', () => {
    const small = renderHtml(modelOf(syntheticRows(9000))).length;
    const large = renderHtml(modelOf(syntheticRows(27_000))).length;
    expect(large).toBeLessThan(5_000_000);
    expect(large).toBeLessThan(small * 1.25);
  });

  test('is some hundred bytes a phone', () => {
    const growth = renderHtml(modelOf(syntheticRows(4000))).length - renderHtml(modelOf(syntheticRows(2000))).length;
    expect(growth / 2000).toBeLessThan(700);
  });
});

describe('a link to a list', () => {
  test.each<[filter: Readonly<Record<string, string>>, href: string, reason: string]>([
    [{}, '#devices', 'no filter is every phone'],
    [{ standing: 'os' }, '#devices?standing=os', 'one filter'],
    [
      { standing: 'os', carrier: 'A & B' },
      '#devices?carrier=A+%26+B&standing=os',
      'names are sorted and values encoded',
    ],
  ])('%j is %s: %s', (filter, href) => expect(listHref(filter)).toBe(href));
});
