/**
 * The archive of a finished report: a signed URL on a storage host of the vendor's choice (facts/intune-graph.md §1.5).
 * The URL is the credential. It gets no token of ours, and neither it nor its path is ever shown.
 */
import { Readable } from 'node:stream';
import { PermanentError, TransientError } from '../../core/errors';
import { errorForAnswer } from '../http/answer-errors';
import { makeTransport } from '../http/transport';
import { THROTTLE_WINDOW_MS } from './errors';

/** What errors call the download. */
export const DOWNLOAD = 'GET report archive';

export interface ReportLocation {
  readonly connectorId: string;
  readonly userAgent: string;
  readonly url: string;
  readonly now: number;
}

/**
 * @throws PermanentError for a URL that is neither https nor loopback, or that the storage refuses (it expires);
 *   TransientError, ThrottledError for what passes.
 */
export async function openReport(location: ReportLocation, signal: AbortSignal): Promise<Readable> {
  const { connectorId, userAgent, url } = location;
  const parsed = URL.parse(url);
  if (parsed === null || !isAllowed(parsed)) {
    throw new PermanentError('the report lies at a link that is not https', { connectorId, endpoint: DOWNLOAD });
  }
  const transport = makeTransport({ connectorId, baseUrl: parsed.origin, userAgent });
  try {
    const { status, headers, body } = await transport.stream(
      { method: 'GET', url, headers: { Accept: '*/*' } },
      signal,
    );
    body.once('close', transport.close);
    if (status === 200) return Readable.from(nameless(connectorId, body, signal));
    body.destroy();
    throw errorForAnswer(
      { status, headers, body: Buffer.alloc(0), milliseconds: 0 },
      {
        connectorId,
        endpoint: DOWNLOAD,
        privileges: [],
        now: location.now,
        throttleWindowMs: THROTTLE_WINDOW_MS,
        jitter: 0,
        describe: () => ({ message: '' }),
      },
    );
  } catch (error) {
    transport.close();
    if (error instanceof TransientError && error.context.endpoint !== DOWNLOAD) throw withoutPath(connectorId, error);
    throw error;
  }
}

/** The same bytes; whatever breaks on the way becomes an error that does not say where the archive lies. */
async function* nameless(connectorId: string, body: Readable, signal: AbortSignal): AsyncGenerator<Buffer> {
  try {
    for await (const bytes of body as AsyncIterable<Buffer>) yield bytes;
  } catch (error) {
    if (signal.aborted) throw signal.reason;
    throw error instanceof TransientError
      ? withoutPath(connectorId, error)
      : new TransientError(`${DOWNLOAD}: the connection broke off`, { connectorId, endpoint: DOWNLOAD });
  }
}

function isAllowed({ protocol, hostname, username, password }: URL): boolean {
  if (username !== '' || password !== '') return false;
  return protocol === 'https:' || (protocol === 'http:' && (hostname === '127.0.0.1' || hostname === 'localhost'));
}

/** The transport names the path of what it fetched; here that path is half of a secret. */
function withoutPath(connectorId: string, error: Error): TransientError {
  const what = error.message.slice(error.message.indexOf(': ') + 2);
  return new TransientError(`${DOWNLOAD}: ${what}`, {
    connectorId,
    endpoint: DOWNLOAD,
    hint: 'Check that the storage host of the reports (*.blob.core.windows.net) can be reached from here.',
  });
}
