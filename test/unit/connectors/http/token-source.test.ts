import { makeTokenSource, renewalMargin } from '../../../../connectors/http/token-source';
import { makeMovableClock } from '../../../support/walk-pull';

const meter = { request: () => undefined };

function makeSource(expiresInSeconds: number) {
  const clock = makeMovableClock();
  let asked = 0;
  const source = makeTokenSource(async (through) => {
    through.request();
    asked += 1;
    return { value: `token-${asked}`, expiresInSeconds };
  }, clock);
  return { clock, source, asked: () => asked };
}

describe('token source', () => {
  // A margin as long as the life would ask for a token with every request: facts/jamf-pro.md §8 case 7.
  test.each([
    { life: 60, renewedAfter: 48, askedIn15Minutes: 19 },
    { life: 300, renewedAfter: 270, askedIn15Minutes: 4 },
    { life: 900, renewedAfter: 870, askedIn15Minutes: 2 },
  ])('a token of $life s is renewed after $renewedAfter s', async ({ life, renewedAfter, askedIn15Minutes }) => {
    const { clock, source, asked } = makeSource(life);
    expect(await source.get(meter)).toBe('token-1');
    clock.advance(renewedAfter * 1000 - 1);
    expect(await source.get(meter)).toBe('token-1');
    clock.advance(1);
    expect(await source.get(meter)).toBe('token-2');

    const fresh = makeSource(life);
    for (let second = 0; second < 900; second += 1) {
      await fresh.source.get(meter);
      fresh.clock.advance(1000);
    }
    expect(fresh.asked()).toBe(askedIn15Minutes);
    expect(asked()).toBe(2);
  });

  test.each([
    { life: 10, margin: 2_000, reason: 'a fifth of a short life' },
    { life: 150, margin: 30_000, reason: 'where the two rules meet' },
    { life: 3600, margin: 30_000, reason: 'never more than half a minute' },
  ])('margin of $life s: $reason', ({ life, margin }) => {
    expect(renewalMargin(life)).toBe(margin);
  });

  test('many who want a token at the same time ask for it once', async () => {
    const { source, asked } = makeSource(60);
    const got = await Promise.all(Array.from({ length: 20 }, () => source.get(meter)));
    expect(new Set(got)).toEqual(new Set(['token-1']));
    expect(asked()).toBe(1);
  });

  test('a token that the server refused is not handed out again', async () => {
    const { source, asked } = makeSource(3600);
    const dead = await source.get(meter);
    source.invalidate(dead);
    expect(await source.get(meter)).toBe('token-2');
    expect(asked()).toBe(2);
  });

  test('many refusals of one old token cost one new token', async () => {
    const { source, asked } = makeSource(3600);
    const dead = await source.get(meter);
    source.invalidate(dead);
    const fresh = await source.get(meter);
    source.invalidate(dead);
    expect(await source.get(meter)).toBe(fresh);
    expect(asked()).toBe(2);
  });

  test('a failed request is told to all who waited, and the next one asks again', async () => {
    let fail = true;
    const source = makeTokenSource(async () => {
      if (fail) throw new Error('down');
      return { value: 'token', expiresInSeconds: 60 };
    }, makeMovableClock());
    const both = await Promise.allSettled([source.get(meter), source.get(meter)]);
    expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
    fail = false;
    expect(await source.get(meter)).toBe('token');
  });

  test('the request for a token is counted with whoever caused it', async () => {
    const { source } = makeSource(60);
    let counted = 0;
    await source.get({ request: () => void (counted += 1) });
    await source.get({ request: () => void (counted += 1) });
    expect(counted).toBe(1);
  });
});
