/** A GET that tells how an answer ended, which `fetch` hides. */
import http from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';

export interface Got {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly ended: 'complete' | 'aborted' | 'given up';
}

export interface GetOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Stops reading once so many bytes have come. */
  readonly giveUpAfterBytes?: number;
}

/** Rejects when there is no answer. */
export function httpGet(url: string, options: GetOptions = {}): Promise<Got> {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { headers: options.headers ?? {}, agent: false }, (response) => {
      const parts: Buffer[] = [];
      let bytes = 0;
      const finish = (ended: Got['ended']): void =>
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(parts).toString('utf8'),
          ended,
        });
      response.on('data', (part: Buffer) => {
        parts.push(part);
        bytes += part.length;
        if (bytes >= (options.giveUpAfterBytes ?? Infinity)) {
          finish('given up');
          request.destroy();
        }
      });
      response.on('end', () => finish('complete'));
      response.on('error', () => finish('aborted'));
    });
    request.on('error', reject);
  });
}
