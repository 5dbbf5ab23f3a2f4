/** Where `submitTransaction` of `@azure/data-tables` 13.3.2 falls short of the service, its text is set right here. */

/** A delete inside the text of a transaction, with the condition that the SDK gave it. Bodies are JSON: no line ends. */
const DELETE = /^(DELETE [^\r\n]+\r\n(?:[^\r\n]+\r\n)*?if-match: )\*(?=\r\n)/gim;

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
