import { measureOffset, offsetBetween } from '../../../../connectors/workspace-one/time-offset';
import type { LocalTimes, ZonedTimes } from '../../../../connectors/workspace-one/time-offset';

describe('how far zone-less times are ahead of UTC', () => {
  test.each([
    {
      local: '2021-06-28T02:59:29.077',
      zoned: '2021-06-28T01:59:29.077Z',
      minutes: 60,
      reason: 'the recorded pair of facts/workspace-one.md §2.1',
    },
    { local: '2026-11-25T08:00:00.000', zoned: '2026-11-25T08:00:00.000Z', minutes: 0, reason: 'UTC' },
    { local: '2026-11-25T03:00:00.000', zoned: '2026-11-25T08:00:00.000Z', minutes: -300, reason: 'New York' },
    { local: '2026-11-25T13:45:00.000', zoned: '2026-11-25T08:00:00.000Z', minutes: 345, reason: 'Nepal' },
    { local: '2026-11-25T22:00:00.000', zoned: '2026-11-25T08:00:00.000Z', minutes: 840, reason: 'Kiribati' },
    {
      local: '2026-11-25T09:01:30.000',
      zoned: '2026-11-25T08:00:00.000Z',
      minutes: 60,
      reason: 'a contact in between',
    },
    { local: '2026-11-25T09:07:00.000', zoned: '2026-11-25T08:00:00.000Z', minutes: null, reason: 'two moments' },
    {
      local: '2026-11-25T23:00:00.000',
      zoned: '2026-11-25T08:00:00.000Z',
      minutes: null,
      reason: 'no zone is 15 h ahead',
    },
    {
      local: '2026-11-25T08:00:00.000',
      zoned: '2026-11-25T08:00:00.000',
      minutes: null,
      reason: 'no zone to compare with',
    },
    {
      local: '0001-01-01T00:00:00.000',
      zoned: '2026-11-25T08:00:00.000Z',
      minutes: null,
      reason: '"never" is no time',
    },
    { local: null, zoned: '2026-11-25T08:00:00.000Z', minutes: null, reason: 'absent' },
  ])('$local against $zoned: $reason', ({ local, zoned, minutes }) => {
    expect(offsetBetween(local, zoned)).toBe(minutes);
  });
});

const LOCAL: LocalTimes = { uuid: 'a', enrolledOn: '2026-11-01T10:00:00.000', lastSeen: '2026-11-25T09:00:00.000' };
const ZONED: ZonedTimes = { enrolledOn: '2026-11-01T09:00:00.000Z', lastSeen: '2026-11-25T08:00:00.000Z' };

async function measure(rows: readonly LocalTimes[], answers: Readonly<Record<string, ZonedTimes | null>>) {
  const asked: string[] = [];
  const measured = await measureOffset(rows, async (uuid) => {
    asked.push(uuid);
    return answers[uuid] ?? null;
  });
  return { ...measured, asked };
}

describe('measuring it by one device read by two calls', () => {
  test('one device is enough', async () => {
    const other = { ...LOCAL, uuid: 'b' };
    expect(await measure([LOCAL, other], { a: ZONED })).toEqual({ minutes: 60, warnings: [], asked: ['a'] });
  });

  test('a device that is gone, or was enrolled again in between, is passed over', async () => {
    const rows = ['a', 'b', 'c'].map((uuid) => ({ ...LOCAL, uuid }));
    const again = { enrolledOn: '2026-11-25T08:07:11.000Z', lastSeen: null };
    expect(await measure(rows, { a: null, b: again, c: ZONED })).toMatchObject({ minutes: 60, asked: ['a', 'b', 'c'] });
  });

  test('without an enrollment time the last contact serves', async () => {
    expect(await measure([{ ...LOCAL, enrolledOn: null }], { a: ZONED })).toMatchObject({ minutes: 60, warnings: [] });
  });

  test('a device that never enrolled is not asked for', async () => {
    const never = { uuid: 'n', enrolledOn: '0001-01-01T00:00:00.000', lastSeen: null };
    expect(await measure([never, LOCAL], { a: ZONED })).toMatchObject({ minutes: 60, asked: ['a'] });
  });

  test('times that bear a zone need no measuring', async () => {
    const zoned = { uuid: 'a', enrolledOn: '2026-11-01T09:00:00Z', lastSeen: null };
    expect(await measure([zoned], {})).toEqual({ minutes: 0, warnings: [], asked: [] });
  });

  test('what cannot be measured is taken for UTC, with a warning, after three tries', async () => {
    const rows = ['a', 'b', 'c', 'd', 'e'].map((uuid) => ({ ...LOCAL, uuid }));
    const { minutes, warnings, asked } = await measure(rows, {});
    expect({ minutes, asked }).toEqual({ minutes: 0, asked: ['a', 'b', 'c'] });
    expect(warnings).toEqual([expect.stringContaining('UTC')]);
  });

  test('summer time in the account’s zone is told', async () => {
    const summer = { enrolledOn: '2026-11-01T09:00:00.000Z', lastSeen: '2026-11-25T09:00:00.000Z' };
    expect(await measure([LOCAL], { a: summer })).toMatchObject({
      minutes: 60,
      warnings: [expect.stringContaining('summer time')],
    });
  });
});
