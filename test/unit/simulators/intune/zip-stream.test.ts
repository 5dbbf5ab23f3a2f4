import fc from 'fast-check';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import yauzl from 'yauzl';
import { zipOf } from '../../../../simulators/intune/zip-stream';

async function* pieces(texts: readonly string[]): AsyncGenerator<string> {
  yield* texts;
}

/** Reads the archive with another program's reader. */
async function unzip(archive: Buffer): Promise<readonly (readonly [name: string, text: string])[]> {
  return new Promise((resolve, reject) => {
    const files: (readonly [string, string])[] = [];
    yauzl.fromBuffer(archive, { lazyEntries: true }, (error, zip) => {
      if (error !== null) {
        reject(error);
        return;
      }
      zip.on('error', reject).on('end', () => resolve(files));
      zip.on('entry', (entry: yauzl.Entry) => {
        zip.openReadStream(entry, (failure, stream) => {
          if (failure !== null) {
            reject(failure);
            return;
          }
          buffer(stream).then((bytes) => {
            files.push([entry.fileName, bytes.toString('utf8')]);
            zip.readEntry();
          }, reject);
        });
      });
      zip.readEntry();
    });
  });
}

describe('a streamed ZIP archive', () => {
  it('is read back by another reader, whatever the pieces were', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.string({ unit: 'grapheme', maxLength: 200 }), { maxLength: 20 }), async (texts) => {
        const archive = await buffer(Readable.from(zipOf('report.csv', pieces(texts))));
        expect(await unzip(archive)).toEqual([['report.csv', texts.join('')]]);
      }),
      { numRuns: 50 },
    );
  });

  it('starts before its content is complete', async () => {
    const never = (async function* (): AsyncGenerator<string> {
      yield 'x';
      await new Promise(() => undefined);
    })();
    const first = await zipOf('report.csv', never).next();
    expect(
      Buffer.from(first.value ?? '')
        .subarray(0, 2)
        .toString(),
    ).toBe('PK');
  });

  it('fails where its content fails', async () => {
    const failing = (async function* (): AsyncGenerator<string> {
      yield 'x';
      throw new Error('the fleet is gone');
    })();
    await expect(buffer(Readable.from(zipOf('report.csv', failing)))).rejects.toThrow('the fleet is gone');
  });
});
