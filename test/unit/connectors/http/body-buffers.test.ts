import fc from 'fast-check';
import { makeBodyBuffers } from '../../../../connectors/http/body-buffers';

const LIMIT = 1024 * 1024;

describe('buffers of bodies', () => {
  test('gather what came, whatever the pieces, the size announced and what lay in the buffer before', () => {
    const chunks = fc.array(fc.uint8Array({ maxLength: 5_000 }), { maxLength: 40 });
    fc.assert(
      fc.property(fc.array(fc.tuple(chunks, fc.nat(300_000)), { maxLength: 6 }), (bodies) => {
        const buffers = makeBodyBuffers(2);
        for (const [pieces, announced] of bodies) {
          const gathering = buffers.gather(LIMIT, announced);
          for (const piece of pieces) expect(gathering.add(Buffer.from(piece))).toBe(true);
          expect(gathering.body().equals(Buffer.concat(pieces))).toBe(true);
          gathering.release();
        }
      }),
    );
  });

  test('of two bodies under way share no memory', () => {
    const buffers = makeBodyBuffers(2);
    const [one, other] = [buffers.gather(LIMIT), buffers.gather(LIMIT)];
    one.add(Buffer.from('one'));
    other.add(Buffer.from('other'));
    expect([one.body().toString(), other.body().toString()]).toEqual(['one', 'other']);
  });

  test('are used again after a release, and a second release gives nothing back', () => {
    const buffers = makeBodyBuffers(2);
    const first = buffers.gather(LIMIT);
    first.add(Buffer.from('x'));
    const memory = first.body().buffer;
    first.release();
    first.release();
    const [second, third] = [buffers.gather(LIMIT), buffers.gather(LIMIT)];
    second.add(Buffer.from('y'));
    third.add(Buffer.from('z'));
    expect(second.body().buffer).toBe(memory);
    expect(third.body().buffer).not.toBe(memory);
  });

  test('take a body of exactly the limit, and not a byte more', () => {
    const gathering = makeBodyBuffers(1).gather(10);
    expect(gathering.add(Buffer.alloc(10))).toBe(true);
    expect(gathering.add(Buffer.alloc(1))).toBe(false);
  });
});
