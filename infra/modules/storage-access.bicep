metadata description = 'What one identity may do in one storage account: on single tables, queues and containers, or on the account.'

import { grantType } from 'types.bicep'
import { roleIds } from 'roles.bicep'

@description('Storage account; it and what is named below must exist.')
param accountName string

@description('User-assigned identity that gets the roles.')
param identityName string

@description('Roles on the account as a whole.')
param accountRoles string[] = []

@description('Roles on single tables.')
param tableGrants grantType[] = []

@description('Roles on single queues.')
param queueGrants grantType[] = []

@description('Roles on single blob containers.')
param containerGrants grantType[] = []

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource account 'Microsoft.Storage/storageAccounts@2024-01-01' existing = {
  name: accountName

  resource tableService 'tableServices' existing = {
    name: 'default'

    resource tables 'tables' existing = [
      for grant in tableGrants: {
        name: grant.name
      }
    ]
  }

  resource queueService 'queueServices' existing = {
    name: 'default'

    resource queues 'queues' existing = [
      for grant in queueGrants: {
        name: grant.name
      }
    ]
  }

  resource blobService 'blobServices' existing = {
    name: 'default'

    resource containers 'containers' existing = [
      for grant in containerGrants: {
        name: grant.name
      }
    ]
  }
}

// The name of an assignment must be known before anything is deployed, so it is made of the identity's resource id and
// not of its principal id.
resource onAccount 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for role in accountRoles: {
    name: guid(account.id, identity.id, roleIds[role])
    scope: account
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[role])
    }
  }
]

resource onTables 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, at) in tableGrants: {
    name: guid(account::tableService::tables[at].id, identity.id, roleIds[grant.role])
    scope: account::tableService::tables[at]
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[grant.role])
    }
  }
]

resource onQueues 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, at) in queueGrants: {
    name: guid(account::queueService::queues[at].id, identity.id, roleIds[grant.role])
    scope: account::queueService::queues[at]
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[grant.role])
    }
  }
]

resource onContainers 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (grant, at) in containerGrants: {
    name: guid(account::blobService::containers[at].id, identity.id, roleIds[grant.role])
    scope: account::blobService::containers[at]
    properties: {
      principalId: identity.properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId('Microsoft.Authorization/roleDefinitions', roleIds[grant.role])
    }
  }
]
