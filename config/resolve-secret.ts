/** Secrets that are kept in Azure Key Vault: `keyvault:https://NAME.vault.azure.net/secrets/SECRET[/VERSION]`. */
import axios from 'axios';
import * as z from 'zod';
import { ConfigError } from '../core/errors';

const REFERENCE = /^keyvault:(https:\/\/[^/]+\/secrets\/[A-Za-z0-9-]{1,127}(?:\/[0-9a-f]{32})?)$/;

/** A secret as it stands in the file: itself, or what the vault holds. @throws ConfigError naming the field. */
export async function resolveSecret(value: string, field: string): Promise<string> {
  if (!value.startsWith('keyvault:')) return value;
  const url = REFERENCE.exec(value)?.[1];
  if (url === undefined) {
    throw problem(field, 'is not a Key Vault reference', 'Write keyvault:https://NAME.vault.azure.net/secrets/SECRET.');
  }
  try {
    const { DefaultAzureCredential } = await import('@azure/identity');
    const token = await new DefaultAzureCredential().getToken('https://vault.azure.net/.default');
    const answer = await axios.get<unknown>(url, {
      params: { 'api-version': '7.4' },
      headers: { Authorization: `Bearer ${token.token}` },
      timeout: 15_000,
      maxRedirects: 0,
      maxContentLength: 64 * 1024,
    });
    return z.object({ value: z.string().min(1) }).parse(answer.data).value;
  } catch (cause) {
    const status = axios.isAxiosError(cause) ? cause.response?.status : undefined;
    throw problem(
      field,
      `cannot be read from Key Vault${status === undefined ? '' : ` (${status})`}`,
      'Give the identity the role Key Vault Secrets User, and check the name of the secret.',
    );
  }
}

function problem(field: string, message: string, hint: string): ConfigError {
  return new ConfigError(`${field} ${message}`, [{ path: field, message, hint }]);
}
