import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PermanentError } from '../../../../core/errors';
import { isAllowed, isGuid, onlyAllowedCalls, ROUTES } from '../../../../connectors/workspace-one/allow-list';
import { makeTransport } from '../../../../connectors/http/transport';
import { startScriptedServer } from '../../../support/scripted-server';

const UUID = '0d1c2b3a-1111-4222-8333-444455556666';

describe('calls this connector may make', () => {
  test.each([
    '/api/mdm/devices/search',
    '/api/mdm/devices/extensivesearch',
    `/api/mdm/devices/${UUID}`,
    '/api/mam/apps/search',
    `/api/mam/apps/${UUID}/devices`,
  ])('GET %s', (path) => {
    expect(isAllowed('GET', path)).toBe(true);
  });

  test.each([
    { method: 'POST', path: '/api/mdm/devices/bulk', reason: 'it deletes devices (facts/workspace-one.md §8 case 15)' },
    { method: 'POST', path: '/api/mdm/devices/commands/bulk', reason: 'it can wipe' },
    { method: 'POST', path: `/api/mdm/devices/${UUID}/commands/DeviceWipe`, reason: 'it wipes' },
    { method: 'DELETE', path: `/api/mdm/devices/${UUID}`, reason: 'it deletes' },
    { method: 'PUT', path: `/api/mdm/devices/${UUID}`, reason: 'it writes' },
    { method: 'POST', path: '/api/mdm/devices/search', reason: 'another method is another call' },
    { method: 'GET', path: '/api/mdm/devices/bulk', reason: 'a word is no device' },
    { method: 'GET', path: '/api/mdm/devices/1234', reason: 'a numeric id is the v1 call' },
    { method: 'GET', path: `/api/mdm/devices/${UUID}/apps/search`, reason: 'a call per device' },
    { method: 'GET', path: '/api/mdm/devices/search/../bulk', reason: 'a path that walks' },
    { method: 'GET', path: `/api/mdm/devices/${UUID}%2Fcommands`, reason: 'an escaped path' },
    { method: 'GET', path: '/API/mdm/devices', reason: 'the collection itself' },
    { method: 'GET', path: '', reason: 'nothing' },
  ])('$method $path is refused: $reason', ({ method, path }) => {
    expect(isAllowed(method, path)).toBe(false);
  });

  test('each call stands in the page of permissions, with its version and its role', () => {
    const lines = readFileSync(join(__dirname, '../../../../docs/permissions/workspace-one.md'), 'utf8').split('\n');
    for (const { method, path, version, privileges } of Object.values(ROUTES)) {
      const line = lines.find((text) => text.includes(`\`${method} ${path}\``)) ?? '';
      expect(line).toContain(` ${version} `);
      for (const privilege of privileges) expect(line).toContain(privilege);
    }
  });

  test('a refused call does not leave the machine', async () => {
    const server = await startScriptedServer(() => ({ body: {} }));
    const inner = makeTransport({ connectorId: 'ws1', baseUrl: server.url, userAgent: 'Muster/test' });
    const transport = onlyAllowedCalls(inner, 'ws1');
    const { signal } = new AbortController();
    for (const url of ['/api/mdm/devices/bulk', `${server.url}/api/mdm/devices/bulk`]) {
      await expect(transport.send({ method: 'POST', url, body: '{}' }, signal)).rejects.toBeInstanceOf(PermanentError);
      await expect(transport.stream({ method: 'POST', url, body: '{}' }, signal)).rejects.toThrow('was not sent');
    }
    expect(server.seen).toHaveLength(0);
    await transport.send({ method: 'GET', url: '/api/mdm/devices/search?page=0' }, signal);
    expect(server.seen).toHaveLength(1);
    transport.close();
    await server.close();
  });

  test.each([
    { text: UUID, is: true },
    { text: UUID.toUpperCase(), is: true },
    { text: `${UUID}/commands`, is: false },
    { text: 'dummy-uuid1', is: false },
    { text: '', is: false },
  ])('$text is a GUID: $is', ({ text, is }) => {
    expect(isGuid(text)).toBe(is);
  });
});
