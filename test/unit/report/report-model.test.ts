import fc from 'fast-check';
import { makeReportModel, type ReportModel } from '../../../report/report-model';
import type { ReportRow } from '../../../report/report-row';
import { makeDevice, makeRow, makeRule, makeRun, makeUnjudged, NOW, POLICY, syntheticRows } from './fleet-fixture';

function modelOf(rows: Iterable<ReportRow>, options: { topLimit?: number; showPhones?: boolean } = {}): ReportModel {
  const builder = makeReportModel({ run: makeRun(), policy: POLICY, now: NOW, ...options });
  for (const row of rows) builder.add(row);
  return builder.finish();
}

const sum = (values: Iterable<number>): number => [...values].reduce((total, value) => total + value, 0);

describe('a report model', () => {
  const rows = [...syntheticRows(1500)];
  const model = modelOf(rows);

  test('counts every record once: phones, duplicates, and what nobody judges', () => {
    const { counts } = model;
    expect(counts.records).toBe(rows.length);
    expect(counts.phones + counts.notJudged + sum(Object.values(counts.duplicates))).toBe(rows.length);
    expect(counts.ready + counts.blocked + counts.undetermined).toBe(counts.phones);
  });

  test.each([
    ['byStanding', (each: ReportModel) => each.counts.byStanding],
    ['byCompliance', (each: ReportModel) => each.counts.byCompliance],
    ['bySeen', (each: ReportModel) => each.counts.bySeen],
  ])('%s adds up to the phones', (_, read) => expect(sum(Object.values(read(model)))).toBe(model.counts.phones));

  test('the reporting phones are those of the three outcomes', () => {
    expect(sum(Object.values(model.counts.reportingBy))).toBe(model.counts.reporting);
  });

  test.each(['platform', 'os', 'model', 'carrier', 'mode', 'connector'] as const)(
    'the breakdown by %s has every phone exactly once',
    (name) => expect(sum(model.breakdowns[name].rows.map((row) => row.phones))).toBe(model.counts.phones),
  );

  test('a duplicate counts nowhere but among the duplicates', () => {
    const one = makeRow(makeDevice(), [makeRule('os', 'fail')]);
    const again: ReportRow = {
      ...makeRow(makeDevice({ vendorId: '2' }), [makeRule('os', 'fail')]),
      duplicate: { of: one.device.deviceKey, kind: 'cross-mdm' },
    };
    const { counts, fixFirst, breakdowns } = modelOf([one, again]);
    expect(counts).toMatchObject({ phones: 1, blocked: 1, duplicates: { 'cross-mdm': 1, 're-enrollment': 0 } });
    expect(fixFirst.map(({ affected }) => affected)).toEqual([1]);
    expect(breakdowns.os.rows.map((row) => row.phones)).toEqual([1]);
  });

  test('a tablet is in the list of what nobody judges, and in no figure of phones', () => {
    const { counts, devices } = modelOf([makeUnjudged(makeDevice({ platform: 'ipados' }))]);
    expect(counts).toMatchObject({ records: 1, phones: 0, notJudged: 1 });
    expect(devices.map(({ kind, standing }) => [kind, standing])).toEqual([['not-judged', null]]);
  });

  test('does not depend on the order of the rows', () => {
    const few = [...syntheticRows(60, 3)];
    const expected = modelOf(few, { topLimit: 2 });
    fc.assert(
      fc.property(fc.shuffledSubarray(few, { minLength: few.length }), (shuffled) => {
        expect(modelOf(shuffled, { topLimit: 2 })).toEqual(expected);
      }),
      { numRuns: 20 },
    );
  });

  test('is a plain value: JSON brings it back', () => {
    const small = modelOf(syntheticRows(50));
    expect(JSON.parse(JSON.stringify(small))).toEqual(small);
  });
});

describe('the phones a report lists', () => {
  test('are all of them, while the fleet is small', () => {
    const model = modelOf(syntheticRows(300));
    expect(model.allListed).toBe(true);
    expect(model.devices).toHaveLength(300);
  });

  const large = modelOf(syntheticRows(3000), { topLimit: 20 });

  test('stay bounded, however large the fleet', () => {
    expect(large.allListed).toBe(false);
    expect(large.devices.length).toBeLessThanOrEqual(20 * 16);
    expect(modelOf(syntheticRows(6000), { topLimit: 20 }).devices.length).toBeLessThanOrEqual(20 * 16);
  });

  test('leave no standing without an example', () => {
    const shown = new Set(large.devices.filter(({ kind }) => kind === 'phone').map(({ standing }) => standing));
    const counted = Object.entries(large.counts.byStanding).filter(([, count]) => count > 0);
    expect([...shown].toSorted()).toEqual(counted.map(([standing]) => standing).toSorted());
  });

  test('leave no value of a breakdown without an example', () => {
    for (const name of ['os', 'model', 'carrier', 'connector', 'app', 'patch'] as const) {
      const shown = new Set(large.devices.filter(({ kind }) => kind === 'phone').flatMap(({ facets }) => facets[name]));
      expect([...shown].toSorted()).toEqual(large.breakdowns[name].rows.map(({ value }) => value).toSorted());
    }
  });

  test('come with the fewest obstacles first', () => {
    const obstacles = large.devices.map(({ failing, unknown }) => failing.length + unknown.length);
    expect(obstacles).toEqual(obstacles.toSorted((a, b) => a - b));
  });

  test('hold no full phone number, unless asked', () => {
    const row = makeRow(makeDevice(), [makeRule('carrier', 'fail')]);
    expect(JSON.stringify(modelOf([row]))).not.toContain('5550100017');
    expect(modelOf([row], { showPhones: true }).devices[0]?.lines[0]?.phone).toBe('+15550100017');
  });

  test('say of each rule what to do next, and nothing where all is well', () => {
    const [device] = modelOf([
      makeRow(makeDevice(), [makeRule('carrier', 'fail', { line: 1 }), makeRule('os', 'pass')]),
    ]).devices;
    expect(device?.rules.map(({ rung, next }) => [rung, next === null])).toEqual([
      ['carrier', false],
      ['os', true],
    ]);
  });
});

describe('values past the ones shown', () => {
  const many = modelOf(
    Array.from({ length: 1300 }, (_, index) =>
      makeRow(makeDevice({ vendorId: String(index), model: `Model ${index < 900 ? index % 300 : index}` }), [
        makeRule('os', 'pass'),
      ]),
    ),
  );

  test('are one row, at the end, and no phone is lost', () => {
    const { rows } = many.breakdowns.model;
    expect(rows).toHaveLength(201);
    expect(rows.at(-1)?.value).toBe('Other');
    expect(sum(rows.map((row) => row.phones))).toBe(1300);
  });

  test('lead to phones that say so themselves', () => {
    const others = many.devices.filter(({ facets }) => facets.model.includes('Other'));
    expect(others).toHaveLength(many.breakdowns.model.rows.at(-1)?.phones ?? -1);
  });
});
