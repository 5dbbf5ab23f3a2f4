import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { infraFolder } from '../support/bicep';

const script = path.join(infraFolder, 'get-bicep.sh');

/** Writes the compiler where a restore of the project file that it is given would. */
const DOTNET = `#!/bin/sh
echo "restored" >>"$COUNT"
grep -q 'PackageDownload Include="Azure.Bicep.CommandLine.[a-z0-9-]*" Version="\\[0.49.2\\]"' "$2" || exit 1
[ "$3" = --packages ] || exit 1
mkdir -p "$4/azure.bicep.commandline/0.49.2/tools"
printf '#!/bin/sh\\necho from-nuget\\n' >"$4/azure.bicep.commandline/0.49.2/tools/bicep"
`;

describe('finding a compiler', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'muster-get-bicep-'));
    mkdirSync(path.join(folder, 'bin'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function program(name: string, text: string): string {
    const file = path.join(folder, 'bin', name);
    writeFileSync(file, text);
    chmodSync(file, 0o755);
    return file;
  }
  function run(environment: Readonly<Record<string, string>> = {}) {
    const env = {
      PATH: path.join(folder, 'bin'),
      XDG_CACHE_HOME: path.join(folder, 'cache'),
      COUNT: path.join(folder, 'count'),
      ...environment,
    };
    const { status, stdout, stderr } = spawnSync('/bin/sh', [script], { env, encoding: 'utf8' });
    return { status, stdout, stderr };
  }

  test('takes the one that MUSTER_BICEP names', () => {
    const named = program('my-bicep', '#!/bin/sh\n');
    program('bicep', '#!/bin/sh\n');
    expect(run({ MUSTER_BICEP: named })).toEqual({ status: 0, stdout: `${named}\n`, stderr: '' });
  });

  test('does not take another one where MUSTER_BICEP names something that cannot be run', () => {
    program('bicep', '#!/bin/sh\n');
    const { status, stdout, stderr } = run({ MUSTER_BICEP: '/nowhere/bicep' });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^get-bicep: MUSTER_BICEP names \/nowhere\/bicep.*\n$/);
  });

  test('takes the one on PATH', () => {
    const found = program('bicep', '#!/bin/sh\n');
    expect(run()).toEqual({ status: 0, stdout: `${found}\n`, stderr: '' });
  });

  test('restores the package once, and takes it from the cache afterwards', () => {
    program('dotnet', DOTNET);
    const PATH = `${path.join(folder, 'bin')}:/usr/bin:/bin`;
    const cached = path.join(folder, 'cache', 'muster', 'bicep-0.49.2', 'bicep');
    expect(run({ PATH })).toEqual({ status: 0, stdout: `${cached}\n`, stderr: '' });
    expect(spawnSync(cached, { encoding: 'utf8' }).stdout).toBe('from-nuget\n');
    expect(run({ PATH }).status).toBe(0);
    expect(readFileSync(path.join(folder, 'count'), 'utf8')).toBe('restored\n');
  });

  test('a restore that fails leaves nothing behind and ends with one line', () => {
    program('dotnet', '#!/bin/sh\necho "x.csproj : error NU1101: Unable to find package"\nexit 1\n');
    const { status, stdout, stderr } = run({ PATH: `${path.join(folder, 'bin')}:/usr/bin:/bin` });
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toMatch(/^get-bicep: .*NU1101.*\n$/);
    expect(existsSync(path.join(folder, 'cache', 'muster'))).toBe(false);
  });

  test('with nothing at all it ends with one line that says what would help', () => {
    const { status, stdout, stderr } = run();
    expect({ status, stdout }).toEqual({ status: 1, stdout: '' });
    expect(stderr).toBe('get-bicep: no Bicep compiler: set MUSTER_BICEP, or put bicep or dotnet on PATH\n');
  });
});
