/**
 * Room for pages in their large form. The bytes of a page take 1 to 4 MB; parsed and mapped they take several times that,
 * so only a few pages at a time are taken from the one form to the other, in the order of their arrival.
 */
export interface PageRoom {
  /** Waits for a place; rejects with the signal's reason. The returned function gives the place back, once. */
  enter(signal: AbortSignal): Promise<() => void>;
}

export function makePageRoom(places: number): PageRoom {
  let free = places;
  const waiting: (() => void)[] = [];

  const leave = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };

  return {
    async enter(signal) {
      signal.throwIfAborted();
      if (free > 0) {
        free -= 1;
      } else {
        await new Promise<void>((resolve, reject) => {
          const admitted = (): void => {
            signal.removeEventListener('abort', given);
            resolve();
          };
          const given = (): void => {
            waiting.splice(waiting.indexOf(admitted), 1);
            reject(signal.reason as Error);
          };
          signal.addEventListener('abort', given, { once: true });
          waiting.push(admitted);
        });
      }
      let left = false;
      return () => {
        if (left) return;
        left = true;
        leave();
      };
    },
  };
}

/** One page's stay in the room: it enters once, whoever asks first, and leaves at its end or before it waits. */
export interface Stay {
  enter(): Promise<void>;
  leave(): void;
}

export function makeStay(room: PageRoom, signal: AbortSignal): Stay {
  let place: Promise<() => void> | null = null;
  return {
    async enter() {
      place ??= room.enter(signal);
      await place;
    },
    leave() {
      // A place that was refused is none to give back.
      void place?.then(
        (leave) => leave(),
        () => undefined,
      );
      place = null;
    },
  };
}
