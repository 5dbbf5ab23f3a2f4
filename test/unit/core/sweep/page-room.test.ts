import { makePageRoom, makeStay } from '../../../../core/sweep/page-room';

const signal = (): AbortSignal => new AbortController().signal;

/** Which of the promises are settled once all that can go on has gone on. */
async function settled(promises: readonly Promise<unknown>[]): Promise<boolean[]> {
  const done = promises.map(() => false);
  promises.forEach(
    (promise, at) =>
      void promise.then(
        () => (done[at] = true),
        () => (done[at] = true),
      ),
  );
  await new Promise((resolve) => setImmediate(resolve));
  return done;
}

describe('room for pages', () => {
  test('admits as many as there are places, the others in the order of their coming', async () => {
    const room = makePageRoom(2);
    const entries = [1, 2, 3, 4].map(() => room.enter(signal()));
    expect(await settled(entries)).toEqual([true, true, false, false]);
    (await entries[1])?.();
    expect(await settled(entries)).toEqual([true, true, true, false]);
  });

  test('takes a place back once, however often it is given', async () => {
    const room = makePageRoom(1);
    const leave = await room.enter(signal());
    leave();
    leave();
    expect(await settled([room.enter(signal()), room.enter(signal())])).toEqual([true, false]);
  });

  test('forgets who gave up waiting', async () => {
    const room = makePageRoom(1);
    const leave = await room.enter(signal());
    const abort = new AbortController();
    const refused = room.enter(abort.signal);
    const next = room.enter(signal());
    abort.abort(new Error('interrupted'));
    await expect(refused).rejects.toThrow('interrupted');
    leave();
    expect(await settled([next])).toEqual([true]);
    await expect(room.enter(abort.signal)).rejects.toThrow('interrupted');
  });

  test('one stay is one place, and after leaving it may enter again', async () => {
    const room = makePageRoom(1);
    const stay = makeStay(room, signal());
    await Promise.all([stay.enter(), stay.enter()]);
    const other = room.enter(signal());
    expect(await settled([other])).toEqual([false]);
    stay.leave();
    expect(await settled([other])).toEqual([true]);
    const again = stay.enter();
    expect(await settled([again])).toEqual([false]);
    (await other)();
    expect(await settled([again])).toEqual([true]);
  });
});
