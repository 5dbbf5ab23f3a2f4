/** What Muster is compared with, in the same run and on the same pages: a bare loop, and the official Graph client. */
import { Client, PageIterator } from '@microsoft/microsoft-graph-client';
import type { Context, Middleware } from '@microsoft/microsoft-graph-client';

async function token(url: string, body: Record<string, string>): Promise<string> {
  const answer = await fetch(url, { method: 'POST', body: new URLSearchParams(body) });
  const { access_token } = (await answer.json()) as { access_token: string };
  return access_token;
}

/** Credentials as the written configuration holds them. */
export interface PeerAccess {
  readonly tokenUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

const grant = ({ clientId, clientSecret }: PeerAccess): Record<string, string> => ({
  grant_type: 'client_credentials',
  client_id: clientId,
  client_secret: clientSecret,
});

const graphGrant = (access: PeerAccess): Record<string, string> => ({
  ...grant(access),
  scope: 'https://graph.microsoft.com/.default',
});

export interface PeerRead {
  readonly rows: number;
  readonly pages: number;
}

/** `fetch` and `JSON.parse`, one page after the other, and nothing else. */
export async function bareGraph(first: string, access: PeerAccess): Promise<PeerRead> {
  const headers = { Authorization: `Bearer ${await token(access.tokenUrl, graphGrant(access))}` };
  let rows = 0;
  let pages = 0;
  for (let url: string | undefined = first; url !== undefined; pages += 1) {
    const page = JSON.parse(await (await fetch(url, { headers })).text()) as {
      value: unknown[];
      '@odata.nextLink'?: string;
    };
    rows += page.value.length;
    url = page['@odata.nextLink'];
  }
  return { rows, pages };
}

export async function bareNumbered(
  pageUrl: (page: number) => string,
  rowsOf: (body: Record<string, unknown>) => unknown[],
  access: PeerAccess,
  extraHeaders: Record<string, string> = {},
): Promise<PeerRead> {
  const headers = { ...extraHeaders, Authorization: `Bearer ${await token(access.tokenUrl, grant(access))}` };
  let rows = 0;
  for (let page = 0; ; page += 1) {
    const answer = await fetch(pageUrl(page), { headers });
    if (!answer.ok) throw new Error(`${pageUrl(page)} answered ${answer.status}`);
    const text = await answer.text();
    if (text === '') return { rows, pages: page };
    const found = rowsOf(JSON.parse(text) as Record<string, unknown>).length;
    if (found === 0) return { rows, pages: page };
    rows += found;
  }
}

/** The official client's PageIterator with a callback that only counts. */
export async function graphPageIterator(base: string, path: string, access: PeerAccess): Promise<PeerRead> {
  const authorization = `Bearer ${await token(access.tokenUrl, graphGrant(access))}`;
  let rows = 0;
  let pages = 0;
  // The client appends plain-HTTP links to its own base: the middleware takes the last absolute address of what it built.
  const middleware: Middleware = {
    async execute(context: Context) {
      const request: unknown = context.request;
      if (typeof request !== 'string') throw new Error('the client asks by address');
      const exact = request.slice(Math.max(0, request.lastIndexOf('http://')));
      pages += 1;
      context.response = await fetch(exact, { headers: { Authorization: authorization } });
    },
  };
  const client = Client.initWithMiddleware({ middleware, baseUrl: `${base}/`, defaultVersion: 'v1.0' });
  const first = (await client.api(path).get()) as ConstructorParameters<typeof PageIterator>[1];
  const iterator = new PageIterator(client, first, () => {
    rows += 1;
    return true;
  });
  await iterator.iterate();
  return { rows, pages };
}
