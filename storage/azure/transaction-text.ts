/** Where `submitTransaction` of `@azure/data-tables` 13.3.2 falls short of the service, its texts are set right here. */

/** A delete inside the text of a transaction, with the condition that the SDK gave it. Bodies are JSON: no line ends. */
const DELETE = /^(DELETE [^\r\n]+\r\n(?:[^\r\n]+\r\n)*?if-match: )\*(?=\r\n)/gim;
const ANSWER = '--changesetresponse_';

/**
 * The SDK drops the etag of a delete and removes whatever is there (`If-Match: *`).
 * @param etags conditions of the deletes, in their order.
 * @throws {Error} from the function where the text has another number of deletes: nothing must be sent then.
 */
export function conditionalDeletes(etags: readonly string[]): (body: string) => string {
  return (body) => {
    let count = 0;
    const changed = body.replace(DELETE, (_, start: string) => {
      count += 1;
      return start + (etags[count - 1] ?? '');
    });
    if (count !== etags.length) throw new Error(`a transaction of ${etags.length} deletes has ${count} in its text`);
    return changed;
  };
}

/** The etags of a transaction that succeeded although the SDK failed to read the answer; null where it did not succeed. */
export function etagsIn(error: unknown, count: number): string[] | null {
  if (typeof error !== 'object' || error === null || !('response' in error)) return null;
  const { response } = error;
  if (typeof response !== 'object' || response === null || !('bodyAsText' in response)) return null;
  if (typeof response.bodyAsText !== 'string') return null;
  const answers = response.bodyAsText.split(ANSWER).slice(1, -1);
  const succeeded = answers.length === count && answers.every((answer) => /^HTTP\/1\.1 2\d\d/m.test(answer));
  return succeeded ? answers.map((answer) => /^ETag: (\S+)/im.exec(answer)?.[1] ?? '') : null;
}
