import { PermanentError, ThrottledError, TransientError } from '../../../../core/errors';
import { connect, pullContext, startServer, NOW } from './fake-graph';
import type { FakeServer } from './fake-graph';

const servers: FakeServer[] = [];

afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

async function start(...parameters: Parameters<typeof startServer>): Promise<FakeServer> {
  const server = await startServer(...parameters);
  servers.push(server);
  return server;
}

const { meter, signal } = pullContext();

describe('the Graph client as a thin transport', () => {
  it.each([
    '/v1.0/deviceManagement/managedDevices?$skiptoken=LastDeviceName%3d%27a%2bb%27%2cLastDeviceId%3d%27%27&$select=id,model',
    '/beta/x?a=1&a=2&&b=%E2%82%AC&c=%e2%82%ac',
    "/v1.0/deviceManagement/managedDevices?$filter=userPrincipalName eq 'o''x'".replaceAll(' ', '%20'),
  ])('sends a nextLink byte for byte: %s', async (path) => {
    const server = await start(() => ({ body: { value: [] } }));
    const connector = connect(server.base);
    await connector.client.devicePage(server.base + path, meter, signal);
    connector.close();
    expect(server.asked[0]?.url).toBe(path);
  });

  it('works below a path prefix, as a simulator has it', async () => {
    const server = await start(() => ({ body: { enrolledDeviceCount: 3 } }));
    const connector = connect(`${server.base}/graph`);
    expect(await connector.client.deviceCount(meter, signal)).toBe(3);
    connector.close();
    expect(server.asked[0]?.url).toMatch(/^\/graph\/v1\.0\/deviceManagement\/managedDeviceOverview/);
  });

  it('sends every call once, also a POST that the server fails', async () => {
    const server = await start(() => ({ status: 504, body: '' }));
    const connector = connect(server.base);
    const report = { reportName: 'Devices', select: ['DeviceId'] };
    await expect(connector.client.submitReport(report, meter, signal)).rejects.toBeInstanceOf(TransientError);
    connector.close();
    expect(server.asked).toHaveLength(1);
  });

  it('keeps our own errors, which the library would swallow', async () => {
    const server = await start(() => ({ status: 429, headers: { 'retry-after': '600' }, body: {} }));
    const connector = connect(server.base);
    const failure = await connector.client.deviceCount(meter, signal).catch((caught: unknown) => caught);
    connector.close();
    expect(failure).toBeInstanceOf(ThrottledError);
    // The library clips waits at 180 s: facts/intune-graph.md §2.3.
    expect((failure as ThrottledError).retryAt).toBe(NOW + 600_000);
  });

  it('stops when it is told to', async () => {
    const server = await start(() => ({ body: { enrolledDeviceCount: 3 } }));
    const connector = connect(server.base);
    const reason = new Error('interrupted');
    await expect(connector.client.deviceCount(meter, AbortSignal.abort(reason))).rejects.toBe(reason);
    connector.close();
    expect(server.asked).toHaveLength(0);
  });

  it('refuses a link to another host, which never sees the token', async () => {
    const stranger = await start(() => ({ body: { value: [] } }));
    const server = await start(() => ({ body: { value: [] } }));
    const connector = connect(server.base);
    await expect(connector.client.devicePage(`${stranger.base}/v1.0/x`, meter, signal)).rejects.toBeInstanceOf(
      PermanentError,
    );
    connector.close();
    expect(stranger.asked).toHaveLength(0);
  });
});

describe('the report request', () => {
  it.each([undefined, "(AppInstallState eq '1')", "(ApplicationId eq 'x') or (AppInstallState eq '1')"])(
    'T13: DeviceInstallStatusByApp with filter %s is not even sent',
    async (filter) => {
      const server = await start(() => ({ body: {} }));
      const connector = connect(server.base);
      const report = {
        reportName: 'DeviceInstallStatusByApp',
        select: ['DeviceId'],
        ...(filter === undefined ? {} : { filter }),
      };
      await expect(connector.client.submitReport(report, meter, signal)).rejects.toThrow(RangeError);
      connector.close();
      expect(server.asked).toHaveLength(0);
    },
  );
});
