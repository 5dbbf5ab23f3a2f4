/** Who we are towards Azure. */
import type { TokenCredential } from '@azure/identity';

/**
 * Loaded with the first use: it takes a third of a second that other commands must not pay.
 * @param clientId of the user-assigned managed identity. Named in Azure, where a search for credentials would be slow and could
 *   find another one (facts/azure-functions.md §2.6); without it the signed-in developer's.
 */
export async function azureCredential(clientId: string | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential, ManagedIdentityCredential } = await import('@azure/identity');
  return clientId === undefined ? new DefaultAzureCredential() : new ManagedIdentityCredential({ clientId });
}
