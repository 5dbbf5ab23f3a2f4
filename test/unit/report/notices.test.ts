import { noticesFor } from '../../../report/notices';
import type { RunInfo } from '../../../report/run-info';
import { iso, makeRun, NOW } from './fleet-fixture';

const DAY = 86_400_000;
const [connector] = makeRun().connectors;

function titles(run: Partial<RunInfo>, phones = 0): readonly string[] {
  return noticesFor({ run: makeRun(run), phones, now: NOW }).map(
    ({ level, title }) => `${level}: ${title.replace(/\u00a0/g, ' ')}`,
  );
}

describe('what a reader must know first', () => {
  test('nothing, after a complete run with fresh data', () => expect(titles({})).toEqual([]));

  test('a partial pull names what is missing, why, and what to do', () => {
    const run = makeRun({
      connectors: [
        {
          ...connector!,
          state: 'partial',
          devices: 700,
          expected: 1500,
          reason: 'HTTP 403 on page 7',
          hint: 'Grant "Read Mobile Devices"',
          lastCompleteAt: iso(NOW - 3 * DAY),
        },
      ],
    });
    const [notice] = noticesFor({ run, phones: 0, now: NOW });
    expect(notice?.title.replace(/\u00a0/g, ' ')).toBe('intune is not complete: 700 of 1 500 devices read');
    expect(notice?.detail).toContain('HTTP 403 on page 7. Grant "Read Mobile Devices".');
    expect(notice?.detail).toContain('3 days old');
  });

  test('a connector that was never complete says that phones may be missing', () => {
    const run = makeRun({
      connectors: [{ ...connector!, state: 'failed', devices: 0, expected: null, lastCompleteAt: null }],
    });
    expect(noticesFor({ run, phones: 0, now: NOW })[0]?.detail).toContain('may be missing');
  });

  test.each<[string, Partial<RunInfo>, number, string]>([
    [
      'old data',
      { connectors: [{ ...connector!, lastCompleteAt: iso(NOW - 2 * DAY) }] },
      0,
      'alarm: Data of intune is 2 days old',
    ],
    [
      'a total that the rows do not reach',
      { connectors: [{ ...connector!, devices: 1490, quarantined: 2 }] },
      0,
      'note: intune stated 1 500 devices and sent 1 492',
    ],
    [
      'actions that wait for a person',
      { plan: { proposed: 9, released: 0, held: 9, brakes: ['9 of 10 phones would be revoked'] } },
      0,
      'alarm: 9 actions are held by a brake',
    ],
    [
      'phones that vanished',
      { tombstones: { candidates: 0, confirmed: 0, held: 1 } },
      0,
      'alarm: 1 phone has vanished, more than the brake allows',
    ],
    ['figures that do not agree', {}, 3, 'note: The sweep counted 0 phones, this report 3'],
    [
      'records set aside',
      { quarantined: { total: 1, records: [] } },
      0,
      'note: 1 record could not be read and is set aside',
    ],
    ['warnings of the sweep', { warnings: ['the release feed is 20 days old'] }, 0, 'note: Warning of the sweep'],
  ])('%s', (_, run, phones, title) => expect(titles(run, phones)).toContain(title));

  test('quarantined records explain a shortfall', () => {
    expect(titles({ connectors: [{ ...connector!, devices: 1498, quarantined: 2 }] })).toEqual([]);
  });

  test('alarms come before notes', () => {
    const all = titles({ warnings: ['w'], connectors: [{ ...connector!, lastCompleteAt: iso(NOW - 2 * DAY) }] });
    expect(all.map((title) => title.split(':')[0])).toEqual(['alarm', 'note']);
  });
});
