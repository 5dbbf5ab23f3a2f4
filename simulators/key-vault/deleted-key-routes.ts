/** Soft delete: a deleted key keeps its name until it is recovered, purged, or 90 days old (facts/key-directory.md §2.5). */
import type { SimAnswer, SimRoute } from '../kit/route';
import { guarded, guardedKey } from './guard';
import type { VaultParts } from './guard';
import { originOf, toBundle, toDeleted, toListedDeleted } from './key-bundle';
import { onePage, pageOf } from './one-page';
import { keyNotFound, throttled, VAULT_HEADERS } from './vault-error';

export function deletedKeyRoutes(parts: VaultParts): readonly SimRoute[] {
  const { store, quota } = parts;
  const ok = (body: unknown): SimAnswer => ({ status: 200, headers: VAULT_HEADERS, body });

  const remove = guardedKey(parts, 'delete', (request, { name }) => {
    const deleted = store.remove(name);
    return deleted === null ? keyNotFound(name) : ok(toDeleted(originOf(request), deleted));
  });
  const read = guarded(parts, 'read', (request) => {
    if (!quota.admit('operation', null)) return throttled();
    const { name = '' } = request.params;
    const deleted = store.deleted(name);
    return deleted === null ? keyNotFound(name) : ok(toDeleted(originOf(request), deleted));
  });
  const list = guarded(parts, 'read', (request) => {
    if (!quota.admit('operation', null)) return throttled();
    const origin = originOf(request);
    return onePage(
      request,
      store.allDeleted().map((deleted) => toListedDeleted(origin, deleted)),
    );
  });
  const recover = guarded(parts, 'recover', (request) => {
    if (!quota.admit('operation', null)) return throttled();
    const { name = '' } = request.params;
    const recovered = store.recover(name);
    return recovered === null ? keyNotFound(name) : ok(toBundle(originOf(request), recovered));
  });
  const purge = guarded(parts, 'purge', ({ params: { name = '' } }) => {
    if (!quota.admit('operation', null)) return throttled();
    return store.purge(name) ? { status: 204, body: null } : keyNotFound(name);
  });

  return [
    { method: 'DELETE', path: '/keys/:name', name: 'vault.delete', kind: 'write', handle: remove },
    { method: 'GET', path: '/deletedkeys', name: 'vault.deleted-keys', kind: 'read', page: pageOf, handle: list },
    { method: 'GET', path: '/deletedkeys/:name', name: 'vault.deleted-key', kind: 'read', handle: read },
    { method: 'POST', path: '/deletedkeys/:name/recover', name: 'vault.recover', kind: 'write', handle: recover },
    { method: 'DELETE', path: '/deletedkeys/:name', name: 'vault.purge', kind: 'write', handle: purge },
  ];
}
