metadata description = 'The vault for the secrets of the MDM clients and, where wanted, the signing key of the directory. Holds no secret value.'

import { tagsType } from 'types.bicep'

@description('Name of the vault: 3 to 24 letters, digits and dashes, unique in the world.')
@minLength(3)
@maxLength(24)
param name string

@description('Region.')
param location string

@description('Tags of the vault.')
param tags tagsType

@description('Whether the vault answers on its public address. Either way only Entra identities with a role are let in.')
@allowed(['Enabled', 'Disabled'])
param publicNetworkAccess string

@description('Whether to make the signing key of the directory.')
param deploySigningKey bool

@description('Name of that key.')
@minLength(1)
@maxLength(127)
param signingKeyName string

@description('Workspace that takes the audit log.')
param workspaceResourceId string

resource vault 'Microsoft.KeyVault/vaults@2024-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    tenantId: tenant().tenantId
    // Premium, because EC-HSM keys need it: facts/azure-functions.md §4.1.
    sku: { family: 'A', name: 'premium' }
    enableRbacAuthorization: true
    enablePurgeProtection: true
    enableSoftDelete: true
    softDeleteRetentionInDays: 90
    enabledForDeployment: false
    enabledForDiskEncryption: false
    enabledForTemplateDeployment: false
    publicNetworkAccess: publicNetworkAccess
    networkAcls: {
      // Resource Manager is among the trusted services, and makes the key below; it needs its rights all the same.
      bypass: 'AzureServices'
      defaultAction: publicNetworkAccess == 'Enabled' ? 'Allow' : 'Deny'
    }
  }
}

resource signingKey 'Microsoft.KeyVault/vaults/keys@2024-11-01' = if (deploySigningKey) {
  parent: vault
  name: signingKeyName
  tags: tags
  properties: {
    kty: 'EC-HSM'
    curveName: 'P-256'
    keyOps: ['sign', 'verify']
    attributes: { enabled: true, exportable: false }
    // No rotation policy: a new version that appears by itself breaks verifiers that pinned the old one
    // (facts/key-directory.md §2.5). An existing key is left as it is by a later deployment.
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: vault
  properties: {
    workspaceId: workspaceResourceId
    logs: [{ categoryGroup: 'audit', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Resource id of the vault.')
output resourceId string = vault.id
