import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import type { ReportRow } from '../../report/report-row';
import { writeReport } from '../../report/write-report';
import { makeDevice, makeRow, makeRule, makeRun, NOW, POLICY, syntheticRows } from '../unit/report/fleet-fixture';
import { CHROMIUM_FLAGS, findChromium } from './chromium';

const executablePath = findChromium();
if (executablePath === null) {
  process.stderr.write(
    'skipped: no Chromium found; install it or name it in MUSTER_CHROMIUM to test the report in a browser\n',
  );
}
const describeInBrowser = executablePath === null ? describe.skip : describe;

const EVIL = '<img src=x onerror="document.title=1">"\'&';

async function* fleet(count: number): AsyncGenerator<ReportRow> {
  yield* syntheticRows(count);
  const model = `Evil ${EVIL}`;
  yield makeRow(makeDevice({ vendorId: '99999', model, lines: [{ ...makeDevice().lines[0]!, carrier: EVIL }] }), [
    makeRule('carrier', 'fail', { reason: EVIL, observed: EVIL, line: 1 }),
  ]);
}

jest.setTimeout(120_000);

describeInBrowser('the report in a browser', () => {
  let browser: Browser;
  let folder = '';
  let small = '';
  let large = '';

  beforeAll(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'muster-browser-'));
    const write = async (name: string, count: number, topLimit: number): Promise<string> => {
      const out = path.join(folder, name);
      const options = { rows: () => fleet(count), run: makeRun(), policy: POLICY, now: NOW, out, topLimit };
      const {
        files: [file = ''],
      } = await writeReport('html', options);
      return pathToFileURL(file).href;
    };
    small = await write('small', 600, 500);
    large = await write('large', 3000, 20);
    browser = await chromium.launch({ executablePath: executablePath ?? '', args: CHROMIUM_FLAGS });
  });

  afterAll(async () => {
    await browser.close();
    await rm(folder, { recursive: true, force: true });
  });

  interface Visit {
    readonly page: Page;
    /** Everything that went wrong or left the page. */
    readonly trouble: string[];
  }

  const visits: Visit[] = [];

  async function open(address: string, context: Parameters<Browser['newPage']>[0] = {}): Promise<Page> {
    const page = await browser.newPage(context);
    const trouble: string[] = [];
    page.on('console', (message) => trouble.push(`console ${message.type()}: ${message.text()}`));
    page.on('pageerror', (error) => trouble.push(`error: ${error.message}`));
    page.on('request', (request) => {
      if (
        !request.url().startsWith('file://') &&
        !request.url().startsWith('data:') &&
        !request.url().startsWith('blob:')
      ) {
        trouble.push(`request: ${request.url()}`);
      }
    });
    visits.push({ page, trouble });
    await page.goto(address);
    return page;
  }

  // Whatever a test looks at: no page asks for anything outside itself, and none has an error.
  afterEach(async () => {
    for (const { page, trouble } of visits.splice(0)) {
      await page.close();
      expect(trouble).toEqual([]);
    }
  });

  // Code for the page is given as text: the project's types know no browser.
  const figuresOf = (page: Page): Promise<{ href: string; count: number }[]> =>
    page.evaluate(
      `Array.from(document.querySelectorAll('#overview a[data-count]'), (link) => ({ href: link.getAttribute('href'), count: Number(link.dataset.count) }))`,
    );

  /** Goes where a link would go; the list has been made anew when the promise resolves. */
  const goTo = async (page: Page, href: string): Promise<void> => {
    await page.evaluate(
      `new Promise((done) => { if (location.hash === ${JSON.stringify(href)}) return done(); addEventListener('hashchange', () => done(), { once: true }); location.hash = ${JSON.stringify(href)}; })`,
    );
  };

  const tally = (page: Page): Promise<string> => page.locator('#tally').innerText();
  const numberIn = (text: string): number => Number(/[\d\u00a0]+/.exec(text)?.[0].replace(/\u00a0/g, ''));
  const phonesShown = async (page: Page): Promise<number> => {
    for (const more = page.locator('#more'); await more.isVisible();) await more.click();
    return page.locator('#rows tr.phone').count();
  };

  test('opens with the headline, and loads nothing but itself', async () => {
    const page = await open(small);
    const requests: string[] = [];
    page.on('request', (request) => requests.push(request.url()));
    await page.reload();
    expect(await page.locator('h1').first().innerText()).toMatch(/phones are ready \(unconfirmed\)/);
    expect(requests.filter((url) => !url.startsWith('data:'))).toEqual([small]);
  });

  test('its security policy forbids requests even to a script that tries', async () => {
    const page = await open(small);
    const failed = await page.evaluate(async () => {
      try {
        await fetch('https://example.com/');
        return 'sent';
      } catch {
        return 'refused';
      }
    });
    expect(failed).toBe('refused');
    // The refusal itself is what the console reports here.
    visits[0]?.trouble.splice(0);
  });

  test('every figure leads to a list with as many phones', async () => {
    const page = await open(small);
    const figures = await figuresOf(page);
    expect(figures.length).toBeGreaterThan(100);
    const wrong: string[] = [];
    for (const { href, count } of new Map(figures.map((figure) => [figure.href, figure])).values()) {
      await goTo(page, href);
      const told = numberIn(await tally(page));
      if (told !== count) wrong.push(`${href}: figure ${count}, list ${told}`);
    }
    expect(wrong).toEqual([]);
  });

  test('a figure that is clicked shows that many rows, and Back returns', async () => {
    const page = await open(small);
    const figure = page.locator('#funnel a[href="#devices?standing=os"]');
    const count = Number(await figure.getAttribute('data-count'));
    await figure.click();
    expect(await page.locator('#list-title').innerText()).toBe('Phones that need a newer or an intact OS');
    expect(await phonesShown(page)).toBe(count);
    await page.goBack();
    expect(await page.locator('#overview').isVisible()).toBe(true);
    expect(await page.locator('#devices').isVisible()).toBe(false);
  });

  test('of a large fleet, no figure leads to an empty list, and a cut list says what it leaves out', async () => {
    const page = await open(large);
    const hrefs = (await figuresOf(page)).map(({ href }) => href);
    const empty: string[] = [];
    for (const href of new Set(hrefs)) {
      await goTo(page, href);
      if ((await page.locator('#rows tr.phone').count()) === 0) empty.push(href);
    }
    expect(empty).toEqual([]);
    await page.goto(`${large}#devices?outcome=ready`);
    expect(await tally(page)).toMatch(
      /^\d+ of [\d\u00a0]+ phones are listed here, .* muster-devices\.csv \(column outcome\)\.$/,
    );
  });

  test('the search narrows the list, and is part of the address', async () => {
    const page = await open(`${small}#devices`);
    await page.locator('#search').fill('user12@example.com');
    // The page's policy forbids evaluated strings, so the wait is for the second row to go.
    await page.locator('#rows tr.phone').nth(1).waitFor({ state: 'detached' });
    expect(await page.locator('#rows tr.phone').count()).toBe(1);
    expect(page.url()).toContain('q=user12%40example.com');
    expect(await tally(page)).toContain('1 of the listed match');
    const again = await open(page.url());
    expect(await again.locator('#rows tr.phone').count()).toBe(1);
    expect(await again.locator('#search').inputValue()).toBe('user12@example.com');
  });

  test('a search without result says so', async () => {
    const page = await open(`${small}#devices?q=nobody-of-that-name`);
    expect(await page.locator('#rows-body').innerText()).toContain('Nothing matches');
  });

  test('filters combine, and chips take them away again', async () => {
    const page = await open(`${small}#devices?standing=os`);
    const before = await phonesShown(page);
    await page.locator('select[data-facet=platform]').selectOption('iOS');
    await page.locator('#chips button').nth(1).waitFor();
    const iosOnly = await phonesShown(page);
    expect(iosOnly).toBeGreaterThan(0);
    expect(iosOnly).toBeLessThan(before);
    for (const left of [1, 0]) {
      await page.locator('#chips button').first().click();
      await page.locator('#chips button').nth(left).waitFor({ state: 'detached' });
      expect(await page.locator('#chips button').count()).toBe(left);
    }
    expect(page.url()).toMatch(/#devices$/);
    expect(await page.locator('#list-title').innerText()).toBe('All phones');
  });

  test('a column sorts both ways', async () => {
    const page = await open(`${small}#devices`);
    const column = (): Promise<string[]> => page.locator('#rows tr.phone td:nth-child(5)').allInnerTexts();
    await page.locator('th[data-sort=seen] button').click();
    await page.locator('th[data-sort=seen][aria-sort=ascending]').waitFor();
    const up = await column();
    expect(up).toEqual(up.toSorted());
    await page.locator('th[data-sort=seen] button').click();
    await page.locator('th[data-sort=seen][aria-sort=descending]').waitFor();
    const down = await column();
    expect(down).toEqual(down.toSorted().reverse());
  });

  test('a phone opens, by keyboard too, to every rule with its evidence and what to do next', async () => {
    const page = await open(`${small}#devices?standing=carrier`);
    const button = page.locator('#rows .open').first();
    await button.focus();
    await page.keyboard.press('Enter');
    expect(await button.getAttribute('aria-expanded')).toBe('true');
    const heads = await page.locator('.rules thead th').allInnerTexts();
    expect(heads).toEqual([
      'Rule',
      'Answer',
      'Observed',
      'Required',
      'Source field',
      'Source time',
      'Reason and next step',
    ]);
    const carrier = page.locator('.rules tr', { hasText: 'carrier' }).last();
    expect(await carrier.innerText()).toMatch(
      /fail[\s\S]*encryption on[\s\S]*subscriberCarrier[\s\S]*2026-[\s\S]*Next: Only the carrier can/,
    );
    await page.keyboard.press('Enter');
    expect(await page.locator('#rows .detail').count()).toBe(0);
  });

  test('the keyboard reaches the search', async () => {
    const page = await open(`${small}#devices`);
    await page.keyboard.press('/');
    expect(await page.evaluate<string>('document.activeElement.id')).toBe('search');
    expect(await page.locator('#search').inputValue()).toBe('');
  });

  test('names from outside stay text, in lists and details', async () => {
    const page = await open(`${small}#devices?q=evil`);
    await page.locator('#rows .open').first().click();
    expect(await page.locator('#rows img').count()).toBe(0);
    expect(await page.locator('#rows .open').first().innerText()).toContain('<img src=x');
    expect(await page.locator('.rules').innerText()).toContain('onerror=');
    expect(await page.title()).toBe('RCS readiness of contoso – Muster');
  });

  test('a list saves as CSV, with the rows it shows', async () => {
    const page = await open(`${small}#devices?standing=patch`);
    const rows = await phonesShown(page);
    const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#export').click()]);
    const text = await readFile(await download.path(), 'utf8');
    expect(text.trimEnd().split('\r\n')).toHaveLength(rows + 1);
  });

  test('duplicates and tablets have lists of their own', async () => {
    const page = await open(small);
    await page.locator('#duplicates a.figure').first().click();
    expect(await page.locator('#rows .stands').first().innerText()).toContain('Same phone as jamf:1');
  });

  const background = (page: Page): Promise<string> =>
    page.evaluate<string>('getComputedStyle(document.documentElement).backgroundColor');

  test('follows the dark mode of the system', async () => {
    expect(await background(await open(small, { colorScheme: 'light' }))).toBe('rgb(255, 255, 255)');
    expect(await background(await open(small, { colorScheme: 'dark' }))).toBe('rgb(20, 23, 26)');
  });

  test('prints on white without controls, also from a dark screen', async () => {
    const page = await open(`${small}#devices?standing=os`, { colorScheme: 'dark' });
    await page.emulateMedia({ media: 'print' });
    expect(await background(page)).toBe('rgb(255, 255, 255)');
    expect(await page.locator('nav').isVisible()).toBe(false);
    expect(await page.locator('#search').isVisible()).toBe(false);
    expect(await page.locator('#rows tr.phone').first().isVisible()).toBe(true);
    expect((await page.pdf({ format: 'A4' })).subarray(0, 5).toString()).toBe('%PDF-');
  });

  test.each(['', '#devices?standing=os'])('fits a narrow screen: %j', async (hash) => {
    const page = await open(small + hash, { viewport: { width: 360, height: 740 } });
    const content = await page.evaluate<number>('document.documentElement.scrollWidth');
    const screen = await page.evaluate<number>('window.innerWidth');
    expect(content).toBeLessThanOrEqual(screen);
  });

  test('reads without a script: figures stand, and a line says where the lists are', async () => {
    const page = await open(small, { javaScriptEnabled: false });
    expect(await page.locator('#funnel').isVisible()).toBe(true);
    expect(await page.locator('noscript p').innerText()).toContain('muster-devices.csv');
  });
});
