import path from 'node:path';
import { ConfigError } from '../../../core/errors';
import { openKms } from '../../../kms';
import { parseKmsUri } from '../../../kms/parse-kms-uri';

const VERSION = '0123456789abcdef0123456789abcdef';

describe('softkms', () => {
  it.each([
    ['softkms:.muster/keys', path.resolve('.muster/keys'), null],
    ['softkms:/var/lib/muster/keys', '/var/lib/muster/keys', null],
    [`softkms:/keys?version=${VERSION}`, '/keys', VERSION],
    ['softkms:/with space/100%', '/with space/100%', null],
    ['softkms:C:/keys', path.resolve('C:/keys'), null],
  ])('%s', (uri, folder, version) => {
    expect(parseKmsUri(uri)).toEqual({ kind: 'softkms', folder, version });
  });
});

describe('azurekms', () => {
  it.each([
    [`https://vault.vault.azure.net/keys/directory/${VERSION}`, 'https://vault.vault.azure.net', 'directory', false],
    [`https://vault.vault.azure.cn/keys/Log-Key/${VERSION}`, 'https://vault.vault.azure.cn', 'Log-Key', false],
    [`http://127.0.0.1:8080/keys/directory/${VERSION}`, 'http://127.0.0.1:8080', 'directory', true],
    [`http://localhost:8080/keys/directory/${VERSION}`, 'http://localhost:8080', 'directory', true],
    [`https://localhost/keys/directory/${VERSION}`, 'https://localhost', 'directory', true],
  ])('%s', (url, vaultUrl, name, local) => {
    expect(parseKmsUri(`azurekms:${url}`)).toEqual({ kind: 'azurekms', vaultUrl, name, version: VERSION, local });
  });
});

describe('what is refused, and what to write instead', () => {
  const vault = 'https://vault.vault.azure.net/keys/directory';
  it.each([
    ['no scheme', '.muster/keys', 'softkms:FOLDER'],
    ['another scheme', 'awskms:alias/x', 'azurekms:https://'],
    ['nothing', '', 'softkms:FOLDER'],
    ['no folder', 'softkms:', 'softkms:FOLDER'],
    ['no folder but a version', `softkms:?version=${VERSION}`, 'softkms:FOLDER'],
    ['another parameter', 'softkms:/keys?newest=true', '?version=VERSION'],
    ['a version twice', `softkms:/keys?version=${VERSION}&version=${VERSION}`, '?version=VERSION'],
    ['a version that is none', 'softkms:/keys?version=../../etc', '32 characters'],
    ['no URL', 'azurekms:vault/directory', 'azurekms:https://'],
    ['plain HTTP to a vault', `azurekms:http://vault.vault.azure.net/keys/directory/${VERSION}`, 'https://'],
    ['plain HTTP to a look-alike', `azurekms:http://localhost.example.com/keys/directory/${VERSION}`, 'https://'],
    ['plain HTTP to another address of this machine', `azurekms:http://127.0.0.2/keys/k/${VERSION}`, 'https://'],
    ['a file', `azurekms:file:///keys/directory/${VERSION}`, 'https://'],
    ['credentials', `azurekms:https://user:word@vault.vault.azure.net/keys/k/${VERSION}`, 'azurekms:https://'],
    ['a query', `azurekms:${vault}/${VERSION}?x=1`, 'azurekms:https://'],
    ['a secret', `azurekms:https://vault.vault.azure.net/secrets/directory/${VERSION}`, 'azurekms:https://'],
    ['a path below the version', `azurekms:${vault}/${VERSION}/sign`, 'azurekms:https://'],
    ['a prefix', `azurekms:https://vault.vault.azure.net/vault/keys/k/${VERSION}`, 'azurekms:https://'],
    ['a name that is none', `azurekms:https://vault.vault.azure.net/keys/a_b/${VERSION}`, 'azurekms:https://'],
    ['a version that is none', `azurekms:${vault}/latest`, '32 characters'],
  ])('%s', (_what, uri, instead) => {
    const refused = refusalOf(uri);
    expect(refused).toBeInstanceOf(ConfigError);
    expect(refused.problems).toHaveLength(1);
    expect(refused.problems[0]?.path).toBe('directory.kms');
    expect(refused.problems[0]?.hint).toContain(instead);
    expect(refused.message).not.toContain('word');
  });

  it.each([vault, `${vault}/`])('no version: how to find it (%s)', (url) => {
    const refused = refusalOf(`azurekms:${url}`);
    expect(refused.message).toContain('no version');
    expect(refused.problems[0]?.hint).toContain(
      'az keyvault key show --vault-name vault --name directory --query key.kid',
    );
  });

  it('a vault without a credential', async () => {
    const opening = openKms(`azurekms:${vault}/${VERSION}`, { clock: { now: () => 0 } });
    await expect(opening).rejects.toThrow(ConfigError);
  });
});

function refusalOf(uri: string): ConfigError {
  try {
    parseKmsUri(uri);
  } catch (error) {
    if (error instanceof ConfigError) return error;
  }
  throw new Error(`${uri} was not refused`);
}
