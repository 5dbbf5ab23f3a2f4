metadata description = 'What one identity may do in the vault: read single secrets, use a single key.'

import { roleIds } from 'roles.bicep'

@description('Key vault.')
param vaultName string

@description('User-assigned identity that gets the roles.')
param identityName string

@description('Secrets whose value it may read. They must exist: that an assignment at the scope of a secret still to come is accepted is not established.')
param secretNames string[] = []

@description('Keys that it may sign and verify with; what else the role allows is closed by the operations of the key itself.')
param keyNames string[] = []

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' existing = {
  name: vaultName

  resource secrets 'secrets' existing = [
    for secret in secretNames: {
      name: secret
    }
  ]

  resource keys 'keys' existing = [
    for key in keyNames: {
      name: key
    }
  ]
}

resource onSecrets 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (secret, at) in secretNames: {
    name: guid(vault::secrets[at].id, identity.id, roleIds['Key Vault Secrets User'])
    scope: vault::secrets[at]
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        roleIds['Key Vault Secrets User']
      )
    }
  }
]

resource onKeys 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (key, at) in keyNames: {
    name: guid(vault::keys[at].id, identity.id, roleIds['Key Vault Crypto User'])
    scope: vault::keys[at]
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        roleIds['Key Vault Crypto User']
      )
    }
  }
]
