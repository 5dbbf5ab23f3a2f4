/** Stands before a simulated vault, notes what is asked, and changes answers: for what no honest server does. */
import http from 'node:http';
import { closeServer, portOf } from '../../simulators/kit/foreign-host';

export interface AskedVault {
  /** `METHOD /path`, without the query, in order. */
  readonly requests: readonly string[];
  /** `http://127.0.0.1:PORT`. */
  readonly url: string;
  readonly bodies: readonly string[];
  close(): Promise<void>;
}

/** @param change of an answer's JSON, by the request it answers; the same to leave it. */
export async function startLyingVault(
  target: string,
  change: (request: string, body: Record<string, unknown>) => unknown = (_request, body) => body,
): Promise<AskedVault> {
  const requests: string[] = [];
  const bodies: string[] = [];
  const server = http.createServer((incoming, outgoing) => {
    const { method = '', url = '', headers } = incoming;
    const request = `${method} ${new URL(url, target).pathname}`;
    requests.push(request);
    const parts: Buffer[] = [];
    incoming.on('data', (part: Buffer) => parts.push(part));
    incoming.on('end', () => {
      const body = Buffer.concat(parts);
      bodies.push(body.toString('utf8'));
      // The host stays ours, so that addresses in answers lead here.
      const forwarded = http.request(`${target}${url}`, { method, headers, agent: false }, (answer) => {
        const received: Buffer[] = [];
        answer.on('data', (part: Buffer) => received.push(part));
        answer.on('end', () => {
          const text = Buffer.concat(received).toString('utf8');
          const json = text.startsWith('{')
            ? JSON.stringify(change(request, JSON.parse(text) as Record<string, unknown>))
            : text;
          const headersBack = { ...answer.headers, 'content-length': String(Buffer.byteLength(json)) };
          outgoing.writeHead(answer.statusCode ?? 500, headersBack).end(json);
        });
      });
      forwarded.on('error', () => outgoing.destroy());
      forwarded.end(body);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { requests, bodies, url: `http://127.0.0.1:${portOf(server)}`, close: () => closeServer(server) };
}
