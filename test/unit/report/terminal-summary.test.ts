import { makeReportModel } from '../../../report/report-model';
import type { SweepJson } from '../../../report/run-info';
import { renderSummary } from '../../../report/terminal-summary';
import { clip, textTable } from '../../../report/text-table';
import { makeRun, NOW, POLICY, syntheticRows } from './fleet-fixture';

const style = { color: false, width: 100 };
const readiness = {
  total: 1000,
  reporting: 900,
  byRung: { enrolled: 10, reporting: 90, os: 300, carrier: 200, ready: 380, undetermined: 20 },
};
const run: SweepJson = makeRun({ readiness });
const partial: SweepJson = makeRun({
  readiness,
  state: 'partial',
  connectors: [
    {
      ...makeRun().connectors[1]!,
      state: 'partial',
      devices: 700,
      throttledSeconds: 184,
      reason: 'HTTP 403 on page 7 of GET /api/v2/mobile-devices/detail',
    },
  ],
});

describe('the summary on a terminal', () => {
  test('opens with how many phones are ready, and claims no more', () => {
    expect(renderSummary(run, null, style).split('\n')[0]).toBe('380 of 1 000 phones are ready (unconfirmed).');
    expect(renderSummary(run, null, style)).toContain('only the carrier turns encryption on');
  });

  test('shows the ladder as a funnel: who is left after each rung, and who stops', () => {
    const text = renderSummary(run, null, style);
    expect(text).toMatch(/Enrolled +█+░+ +990 +99 % +10 stop here/);
    expect(text).toMatch(/OS version +█+░+ +600 +60 % +300 stop here/);
    expect(text).toMatch(/Undetermined +█+░+ +20 +2 %/);
    expect(text).toMatch(/Ready \(unconfirmed\) +█+░+ +380 +38 %/);
  });

  test('of a sweep that was stopped says so, and shows no figure of a fleet that was read in part', () => {
    const text = renderSummary({ ...run, state: 'running' }, null, style);
    expect(text).toContain('was stopped before its end. The same command goes on with it.');
    expect(text).toContain('connector');
    expect(text).not.toMatch(/ready|Enrolled|Fix first/);
  });

  test('names the three largest steps where only counts are known', () => {
    expect(renderSummary(run, null, style)).toContain(
      '1. 300 phones need a newer or an intact OS\n2. 200 phones wait for their carrier\n3. 90 phones have gone silent',
    );
  });

  test('names the three best actions where a report was made', () => {
    const builder = makeReportModel({ run: makeRun(), policy: POLICY, now: NOW });
    for (const row of syntheticRows(400)) builder.add(row);
    const model = builder.finish();
    const text = renderSummary(run, model, { ...style, reportPath: 'out/muster-report.html' });
    for (const action of model.fixFirst.slice(0, 3)) expect(text).toContain(action.title);
    expect(text.endsWith('Report: out/muster-report.html')).toBe(true);
  });

  test('a connector that is not complete says why, in full', () => {
    const text = renderSummary(partial, null, { ...style, width: 30 });
    expect(text).toContain('HTTP 403 on page 7 of GET /api/v2/mobile-devices/detail');
    expect(renderSummary(partial, null, style)).toMatch(/jamf +partial +700 +900 .* 3 min 4 s/);
  });

  test('says what is held and what is gone', () => {
    const held = makeRun({
      readiness,
      plan: { proposed: 9, released: 0, held: 9, brakes: ['more than 5 % of the fleet'] },
      tombstones: { candidates: 2, confirmed: 1, held: 7 },
    });
    const text = renderSummary(held, null, style);
    expect(text).toContain('Brake: more than 5 % of the fleet');
    expect(text).toContain('9 actions are held');
    expect(text).toContain('7 phones have vanished');
    expect(text).toContain('2 seen missing once, 1 confirmed');
  });

  test('says where directory and fleet differ, and nothing where they agree or there is no directory', () => {
    const drifting = makeRun({
      readiness,
      drift: { 'orphaned-key': 3, wiped: 0, 'missing-key': 1200 },
      plan: { proposed: 3, released: 3, held: 0, brakes: [] },
    });
    const text = renderSummary(drifting, null, style);
    expect(text).toContain('Directory and fleet: 3 orphaned-key, 1 200 missing-key.\nThe plan releases 3 actions.');
    expect(text).not.toContain('wiped');
    for (const drift of [{}, { 'orphaned-key': 0 }]) {
      expect(renderSummary(makeRun({ readiness, drift }), null, style)).not.toContain('Directory');
    }
  });

  test('an empty fleet breaks nothing', () => {
    expect(renderSummary(makeRun({ connectors: [] }), null, style)).toContain('0 of 0 phones');
  });

  test.each([60, 80, 120])('tables and bars stay within %d columns', (width) => {
    const lines = renderSummary(run, null, { color: false, width }).split('\n');
    // Sentences wrap by themselves; only what is laid out in columns has to fit.
    const laidOut = lines.filter((line) => /[█░]/.test(line) || /^(connector|intune|jamf|ws1) /.test(line));
    expect(laidOut.filter((line) => line.length > width)).toEqual([]);
  });

  test('has colour only when asked', () => {
    expect(renderSummary(run, null, style)).not.toContain('\u001b[');
    expect(renderSummary(run, null, { ...style, color: true })).toContain('\u001b[');
  });

  test('holds none of the special spaces of the page', () => {
    expect(renderSummary(run, null, style)).not.toMatch(/[\u00a0\u202f]/);
  });
});

describe('a table of text', () => {
  test('aligns columns and leaves no space at the end of a line', () => {
    const columns = [
      { head: 'name', align: 'left' },
      { head: 'n', align: 'right' },
    ] as const;
    expect(
      textTable(columns, [
        ['a', '1'],
        ['long', '1000'],
      ]),
    ).toEqual(['name     n', 'a        1', 'long  1000']);
  });

  test.each([
    ['abcdef', 6, 'abcdef'],
    ['abcdef', 4, 'abc…'],
    ['abcdef', 1, '…'],
    ['abcdef', 0, ''],
  ])('%s in %d columns is %s', (text, width, clipped) => expect(clip(text, width)).toBe(clipped));
});
