/**
 * Holds and retentions of blobs, which Azurite 3.35.0 lacks, played in front of it as Microsoft documents them (REST: Set
 * Blob Legal Hold, Set Blob Immutability Policy): a protected blob can be neither removed nor appended to. It can be
 * overwritten: the service then keeps the protected version beside the new one, which is not what our port promises.
 */
import type { IncomingMessage, Server, ServerResponse } from 'node:http';

interface Protection {
  held: boolean;
  /** ms since the epoch */
  until: number;
}

/** Takes the place of the server's own listener and passes on what it does not answer. */
export function addProtection(server: Server): void {
  const [passOn] = server.listeners('request');
  if (passOn === undefined) throw new Error('the emulator listens to no requests');
  const blobs = new Map<string, Protection>();
  server.removeAllListeners('request');
  server.on('request', (request: IncomingMessage, response: ServerResponse) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://emulator');
    const comp = searchParams.get('comp');
    const known = blobs.get(pathname);
    const refuse = (status: number, code: string): void => {
      request.resume();
      response.writeHead(status, { 'content-type': 'application/xml', 'x-ms-error-code': code });
      response.end(
        `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>refused</Message></Error>`,
      );
    };
    const protects = request.method === 'PUT' && (comp === 'legalhold' || comp === 'immutabilityPolicies');
    if (protects) {
      if (known === undefined) {
        refuse(404, 'BlobNotFound');
        return;
      }
      const until = Date.parse(String(request.headers['x-ms-immutability-policy-until-date']));
      if (comp === 'legalhold') known.held = request.headers['x-ms-legal-hold'] === 'true';
      else known.until = Math.max(known.until, until);
      response.writeHead(200, {
        'x-ms-legal-hold': String(known.held),
        'x-ms-immutability-policy-until-date': new Date(known.until).toUTCString(),
        'x-ms-immutability-policy-mode': 'locked',
      });
      response.end();
      return;
    }
    const changes = request.method === 'DELETE' || comp === 'appendblock';
    if (changes && (known?.held === true || (known?.until ?? 0) > Date.now())) {
      refuse(409, known?.held === true ? 'BlobImmutableDueToLegalHold' : 'BlobImmutableDueToPolicy');
      return;
    }
    if (known !== undefined && request.method === 'HEAD') {
      response.setHeader('x-ms-legal-hold', String(known.held));
      if (known.until > 0)
        response.setHeader('x-ms-immutability-policy-until-date', new Date(known.until).toUTCString());
    }
    const creates = request.method === 'PUT' && (comp === null || comp === 'blocklist');
    // Only accounts that keep versions can protect blobs, and those name the version that a write made.
    if (creates) response.setHeader('x-ms-version-id', new Date().toISOString());
    response.on('finish', () => {
      if (creates && response.statusCode === 201) blobs.set(pathname, { held: false, until: 0 });
      if (request.method === 'DELETE' && response.statusCode === 202) blobs.delete(pathname);
    });
    passOn.call(server, request, response);
  });
}
