metadata description = 'One Function App on a Flex Consumption plan of its own, running as one user-assigned identity.'

import { settingsType, tagsType } from 'types.bicep'

@description('Name of the app, unique in the world. Up to 32 characters: the host takes that many for its host id, and two apps with one id disturb each other.')
@minLength(2)
@maxLength(32)
param name string

@description('Name of the plan.')
@minLength(1)
@maxLength(60)
param planName string

@description('Region.')
param location string

@description('Tags of app and plan.')
param tags tagsType

@description('Name of the service in azure.yaml.')
@allowed(['edge', 'worker'])
param serviceName string

@description('User-assigned identity that the app runs as, reads its own package with and resolves Key Vault references with.')
param identityName string

@description('Storage account of the host: its locks, keys and the package.')
param hostStorageName string

@description('Container of the package in that account.')
param packageContainer string

@description('Application Insights component.')
param insightsName string

@description('Workspace that takes the logs of the platform.')
param workspaceResourceId string

@description('Settings of our own, besides those of the host.')
param settings settingsType

@description('Most instances at the same time.')
@minValue(1)
@maxValue(1000)
param maximumInstanceCount int

@description('Memory of an instance, in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int

@description('Instances kept warm for HTTP.')
@minValue(0)
@maxValue(20)
param alwaysReadyHttp int = 0

@description('Subnet for outgoing traffic; empty: none.')
param subnetResourceId string = ''

@description('Whether the app answers on its public address.')
@allowed(['Enabled', 'Disabled'])
param publicNetworkAccess string

@description('What happens to callers that no range below names.')
@allowed(['Allow', 'Deny'])
param callersByDefault string

@description('Address ranges that may call the app, as CIDR.')
param allowedRanges string[] = []

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: identityName
}

resource insights 'Microsoft.Insights/components@2020-02-02' existing = {
  name: insightsName
}

var blobEndpoint = 'https://${hostStorageName}.blob.${environment().suffixes.storage}'
var queueEndpoint = 'https://${hostStorageName}.queue.${environment().suffixes.storage}'
var tableEndpoint = 'https://${hostStorageName}.table.${environment().suffixes.storage}'

// facts/azure-functions.md §2.6 for the host's storage and telemetry without keys. Not here, because Flex Consumption
// refuses or ignores them (§2.1): FUNCTIONS_EXTENSION_VERSION, FUNCTIONS_WORKER_RUNTIME, WEBSITE_RUN_FROM_PACKAGE and kin.
// AzureFunctionsWebHost__hostid is not needed: each app has a storage account of its own (§2.4).
var hostSettings = {
  AzureWebJobsStorage__blobServiceUri: blobEndpoint
  AzureWebJobsStorage__queueServiceUri: queueEndpoint
  AzureWebJobsStorage__tableServiceUri: tableEndpoint
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identity.properties.clientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insights.properties.ConnectionString
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identity.properties.clientId};Authorization=AAD'
  AZURE_CLIENT_ID: identity.properties.clientId
}

resource plan 'Microsoft.Web/serverfarms@2024-11-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { tier: 'FlexConsumption', name: 'FC1' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2024-11-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': serviceName })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identity.id}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    clientAffinityEnabled: false
    publicNetworkAccess: publicNetworkAccess
    keyVaultReferenceIdentity: identity.id
    virtualNetworkSubnetId: empty(subnetResourceId) ? null : subnetResourceId
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${blobEndpoint}/${packageContainer}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identity.id
          }
        }
      }
      runtime: { name: 'node', version: '24' }
      scaleAndConcurrency: {
        maximumInstanceCount: maximumInstanceCount
        instanceMemoryMB: instanceMemoryMB
        alwaysReady: alwaysReadyHttp == 0 ? [] : [{ name: 'http', instanceCount: alwaysReadyHttp }]
      }
    }
    siteConfig: {
      minTlsVersion: '1.2'
      scmMinTlsVersion: '1.2'
      ftpsState: 'Disabled'
      http20Enabled: true
      ipSecurityRestrictionsDefaultAction: callersByDefault
      ipSecurityRestrictions: [
        for (range, at) in allowedRanges: {
          name: 'range-${at}'
          action: 'Allow'
          ipAddress: range
          priority: 100 + at
        }
      ]
      // The package is brought through this address, by an Entra identity: passwords are off below.
      scmIpSecurityRestrictionsUseMain: false
      scmIpSecurityRestrictionsDefaultAction: 'Allow'
    }
  }

  resource appSettings 'config' = {
    name: 'appsettings'
    properties: union(hostSettings, settings)
  }

  resource ftp 'basicPublishingCredentialsPolicies' = {
    name: 'ftp'
    properties: { allow: false }
  }

  resource scm 'basicPublishingCredentialsPolicies' = {
    name: 'scm'
    properties: { allow: false }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceResourceId
    logs: [{ category: 'FunctionAppLogs', enabled: true }]
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

@description('Resource id of the app.')
output resourceId string = app.id

@description('Host name of the app.')
output hostName string = app.properties.defaultHostName
