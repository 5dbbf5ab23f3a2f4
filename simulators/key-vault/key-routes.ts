/** Keys and their versions: create, read, list, change, rotate (api-version 2025-07-01). */
import type { SimAnswer, SimRequest, SimRoute } from '../kit/route';
import { guarded, guardedKey } from './guard';
import type { VaultParts } from './guard';
import { keyId, originOf, toBundle, toListed } from './key-bundle';
import { onePage, pageOf } from './one-page';
import { readAttributes, readFields, readOperations, readShape, readTags } from './read-key-request';
import { keyNotFound, throttled, VAULT_HEADERS, vaultError } from './vault-error';

const NAME = /^[0-9a-zA-Z-]{1,127}$/;

export function keyRoutes(parts: VaultParts): readonly SimRoute[] {
  const { store, quota } = parts;
  const ok = (body: unknown): SimAnswer => ({ status: 200, headers: VAULT_HEADERS, body });

  const create = guarded(parts, 'create', (request) => {
    const { name = '' } = request.params;
    if (!NAME.test(name)) return vaultError(400, 'BadParameter', 'The request URI contains an invalid name.');
    const fields = readFields(request.body);
    const shape = readShape(fields);
    const attributes = { enabled: true, notBefore: null, expires: null, ...readAttributes(fields) };
    const tags = readTags(fields['tags']) ?? null;
    if (store.deleted(name) !== null) {
      const message = `Key ${name} is currently in a deleted but recoverable state, and its name cannot be reused; in this state, the key can only be recovered or purged.`;
      return vaultError(409, 'Conflict', message, 'ObjectIsDeletedButRecoverable');
    }
    if (!quota.admit('creation', shape)) return throttled();
    return ok(toBundle(originOf(request), store.add(name, shape, attributes, tags)));
  });
  const read = guardedKey(parts, 'read', (request, key) => ok(toBundle(originOf(request), key)));
  const change = guardedKey(parts, 'update', (request, key) => {
    const fields = readFields(request.body);
    const operations = readOperations(fields['key_ops']);
    const tags = readTags(fields['tags']);
    const changed = store.change(key.name, key.version, {
      ...readAttributes(fields),
      ...(operations === undefined ? {} : { operations }),
      ...(tags === undefined ? {} : { tags }),
    });
    return changed === null ? keyNotFound(key.name) : ok(toBundle(originOf(request), changed));
  });
  const rotate = guardedKey(parts, 'rotate', (request, { name, shape, tags }) => {
    if (!quota.admit('creation', shape)) return throttled();
    const next = store.add(name, shape, { enabled: true, notBefore: null, expires: null }, tags);
    return ok(toBundle(originOf(request), next));
  });
  const listKeys = guarded(parts, 'read', (request) => {
    if (!quota.admit('operation', null)) return throttled();
    const origin = originOf(request);
    return onePage(
      request,
      store.latest().map((key) => toListed(`${origin}/keys/${key.name}`, key)),
    );
  });
  const listVersions = guarded(parts, 'read', (request: SimRequest) => {
    if (!quota.admit('operation', null)) return throttled();
    const origin = originOf(request);
    const versions = store.versions(request.params['name'] ?? '');
    if (versions.length === 0) return keyNotFound(request.params['name'] ?? '');
    return onePage(
      request,
      versions.map((key) => toListed(keyId(origin, key), key)),
    );
  });

  return [
    { method: 'GET', path: '/keys', name: 'vault.keys', kind: 'read', page: pageOf, handle: listKeys },
    { method: 'POST', path: '/keys/:name/create', name: 'vault.create', kind: 'write', handle: create },
    { method: 'POST', path: '/keys/:name/rotate', name: 'vault.rotate', kind: 'write', handle: rotate },
    {
      method: 'GET',
      path: '/keys/:name/versions',
      name: 'vault.versions',
      kind: 'read',
      page: pageOf,
      handle: listVersions,
    },
    { method: 'GET', path: '/keys/:name', name: 'vault.key', kind: 'read', handle: read },
    // The SDK asks so for the latest version.
    { method: 'GET', path: '/keys/:name/', name: 'vault.key', kind: 'read', handle: read },
    { method: 'GET', path: '/keys/:name/:version', name: 'vault.key', kind: 'read', handle: read },
    { method: 'PATCH', path: '/keys/:name', name: 'vault.update', kind: 'write', handle: change },
    { method: 'PATCH', path: '/keys/:name/', name: 'vault.update', kind: 'write', handle: change },
    { method: 'PATCH', path: '/keys/:name/:version', name: 'vault.update', kind: 'write', handle: change },
  ];
}
