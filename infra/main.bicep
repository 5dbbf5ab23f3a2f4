metadata name = 'Muster'
metadata description = 'Muster on Azure: two Function Apps, their identities, storage, vault, telemetry and alerts, in one resource group.'

// Written natively in the manner of Azure Verified Modules (same parameter names, one module per kind of resource) and not
// with them: those come from a registry at build time, and this must compile where there is none
// (facts/azure-functions.md §4.1). For the same reason the permissions of Microsoft Graph are granted apart, in
// graph-permissions/: they also need another person, facts/intune-graph.md §5.
targetScope = 'resourceGroup'

import { tagsType } from 'modules/types.bicep'

// ---------------------------------------------------------------------------------------------------------------- what

@description('Short name of this installation, part of all names.')
@minLength(2)
@maxLength(8)
param workload string = 'muster'

@description('What the installation is for; part of names and tags.')
@allowed(['pilot', 'production'])
param environmentName string

@description('Region. Flex Consumption must be offered there.')
@minLength(3)
@maxLength(40)
param location string = resourceGroup().location

@description('Tags on everything, besides those that are set here.')
param tags tagsType = {}

@description('Name of the company, as it stands in the reports (MUSTER_TENANT).')
@minLength(1)
@maxLength(64)
param companyName string

// ---------------------------------------------------------------------------------------------------------------- edge

@description('Entra tenant whose tokens the API takes (MUSTER_API_TENANT_ID).')
@minLength(36)
@maxLength(36)
param apiTenantId string = tenant().tenantId

@description('Audience that a token for the API must name (MUSTER_API_AUDIENCE), such as api:// and a client id.')
@minLength(3)
@maxLength(256)
param apiAudience string

@description('Address ranges that may call the edge, as CIDR; none: all may, and every call but the health check needs a token.')
@minLength(0)
@maxLength(100)
param edgeAllowedRanges string[] = []

@description('Most instances of the edge.')
@minValue(1)
@maxValue(100)
param edgeMaximumInstanceCount int = 5

@description('Memory of an instance of the edge, in MB.')
@allowed([512, 2048, 4096])
param edgeInstanceMemoryMB int = 512

@description('Instances of the edge kept warm.')
@minValue(0)
@maxValue(20)
param edgeAlwaysReady int = 0

// -------------------------------------------------------------------------------------------------------------- worker

@description('Most instances of the worker. Low, because each scales by the length of its queues and knows nothing of the rate limits of an MDM (facts/azure-functions.md §2.5). Some documents of 2024 name 40 as the least; should a region refuse the figure, raise it.')
@minValue(1)
@maxValue(40)
param workerMaximumInstanceCount int = 4

@description('Memory of an instance of the worker, in MB.')
@allowed([512, 2048, 4096])
param workerInstanceMemoryMB int = 2048

@description('Address ranges that may call the health check of the worker, as CIDR; it answers nobody else. Without effect with private networking.')
@minLength(0)
@maxLength(100)
param workerAllowedRanges string[] = []

@description('When sweeps start, in UTC: second, minute, hour, day, month, day of week (SWEEP_SCHEDULE).')
@minLength(11)
@maxLength(80)
param sweepSchedule string = '0 0 1,7,13,19 * * *'

@description('When feeds are refreshed (FEED_SCHEDULE).')
@minLength(11)
@maxLength(80)
param feedSchedule string = '0 30 */6 * * *'

@description('When what is past its retention is removed (PRUNE_SCHEDULE).')
@minLength(11)
@maxLength(80)
param pruneSchedule string = '0 15 3 * * *'

@description('Address of Jamf Pro (JAMF_URL). Leave it empty until the secret jamf-client-secret is in the vault: it brings the settings and the role on that one secret.')
@minLength(0)
@maxLength(256)
param jamfUrl string = ''

@description('Client id at Jamf Pro (JAMF_CLIENT_ID).')
@minLength(0)
@maxLength(128)
param jamfClientId string = ''

@description('Address of Workspace ONE UEM (WS1_URL). Leave it empty until the secrets ws1-client-secret and ws1-tenant-code are in the vault: it brings the settings and the roles on those two.')
@minLength(0)
@maxLength(256)
param ws1Url string = ''

@description('Address that gives tokens for Workspace ONE (WS1_TOKEN_URL).')
@minLength(0)
@maxLength(256)
param ws1TokenUrl string = ''

@description('Client id at Workspace ONE (WS1_CLIENT_ID).')
@minLength(0)
@maxLength(128)
param ws1ClientId string = ''

// --------------------------------------------------------------------------------------------------------- data and keys

@description('How many copies of the storage accounts there are, and where.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GZRS'])
param storageSkuName string = 'Standard_ZRS'

@description('Days after which reports are deleted in any case. The second net below the retention that the worker keeps by itself; give it more days than that.')
@minValue(1)
@maxValue(3650)
param reportRetentionDays int = 100

@description('Whether to make the signing key of the key directory: EC P-256 in an HSM, to sign and verify only.')
param deployDirectoryKey bool = false

// ------------------------------------------------------------------------------------------------------------- network

@description('Whether storage, vault and worker are reached through private endpoints only. Packages for the worker must then be brought from inside that network.')
param privateNetworking bool

@description('Address range of the network, a /24.')
@minLength(9)
@maxLength(18)
param vnetAddressPrefix string = '10.40.0.0/24'

// ---------------------------------------------------------------------------------------------------------- operations

@description('Days for which logs are kept.')
@minValue(30)
@maxValue(730)
param logRetentionDays int = 90

@description('Who is told of alerts and of the budget.')
@minLength(1)
@maxLength(10)
param alertEmails string[]

@description('Hours without a complete sweep after which somebody is told. More than the longest gap in the schedule of sweeps plus the time that one takes.')
@minValue(7)
@maxValue(48)
param noCompleteRunHours int = 24

@description('Monthly budget, in the currency of the billing account; 0: none, for subscriptions that cannot have one.')
@minValue(0)
@maxValue(1000000)
param monthlyBudget int = 50

@description('First day of the month in which the budget begins, as yyyy-MM-dd. Give the same again when deploying later, where Azure refuses another.')
@minLength(10)
@maxLength(10)
param budgetStartDate string = utcNow('yyyy-MM-01')

// --------------------------------------------------------------------------------------------------------------- names

// Abbreviations of the Cloud Adoption Framework. The token makes names that must be unique in the world so; with a
// workload of 8 characters the longest storage account has 24, the longest vault 21 and the longest app 31.
var token = take(uniqueString(resourceGroup().id, environmentName), 9)
var names = {
  edgeIdentity: 'id-${workload}-edge'
  workerIdentity: 'id-${workload}-worker'
  edgeApp: 'func-${workload}-edge-${token}'
  workerApp: 'func-${workload}-worker-${token}'
  edgePlan: 'asp-${workload}-edge'
  workerPlan: 'asp-${workload}-worker'
  stateAccount: toLower('st${workload}state${token}')
  edgeAccount: toLower('st${workload}edge${token}')
  workerAccount: toLower('st${workload}work${token}')
  vault: 'kv-${workload}-${token}'
  workspace: 'log-${workload}-${environmentName}'
  insights: 'appi-${workload}-${environmentName}'
  actionGroup: 'ag-${workload}-${environmentName}'
  network: 'vnet-${workload}-${environmentName}'
}
var directoryKeyName = 'directory-signing'
var packageContainer = 'deployments'
var allTags = union({ application: 'muster', environment: environmentName }, tags)

// ---------------------------------------------------------------------------------- names that the code has as well

var stateTables = [
  'runs'
  'pulls'
  'quarantine'
  'connectors'
  'devices'
  'apps'
  'leases'
  'budgets'
  'parked'
  'poison'
]
var edgeTables = ['runs', 'pulls', 'connectors']
var workQueues = ['sweep-start', 'sweep-page', 'sweep-finish', 'report-publish']
var stateQueues = flatten(map(workQueues, queue => [queue, '${queue}-poison']))
var stateContainers = ['work', 'reports']

var jamfSecrets = empty(jamfUrl) ? [] : ['jamf-client-secret']
var ws1Secrets = empty(ws1Url) ? [] : ['ws1-client-secret', 'ws1-tenant-code']

var queueEndpoint = 'https://${names.stateAccount}.queue.${environment().suffixes.storage}'
var secretsUri = 'https://${names.vault}${environment().suffixes.keyvaultDns}/secrets'

var sharedSettings = {
  MUSTER_CONFIG: 'muster.yaml'
  MUSTER_TENANT: companyName
  MUSTER_STORAGE_ACCOUNT: names.stateAccount
  SWEEP_START_QUEUE: 'sweep-start'
}

var edgeSettings = union(sharedSettings, {
  MUSTER_API_TENANT_ID: apiTenantId
  MUSTER_API_AUDIENCE: apiAudience
})

var workerSettings = union(
  sharedSettings,
  {
    SWEEP_PAGE_QUEUE: 'sweep-page'
    SWEEP_FINISH_QUEUE: 'sweep-finish'
    REPORT_PUBLISH_QUEUE: 'report-publish'
    SWEEP_SCHEDULE: sweepSchedule
    FEED_SCHEDULE: feedSchedule
    PRUNE_SCHEDULE: pruneSchedule
    MusterStorage__queueServiceUri: queueEndpoint
    MusterStorage__credential: 'managedidentity'
    MusterStorage__clientId: workerIdentity.properties.clientId
  },
  empty(jamfUrl)
    ? {}
    : {
        JAMF_URL: jamfUrl
        JAMF_CLIENT_ID: jamfClientId
        JAMF_SECRET: '@Microsoft.KeyVault(SecretUri=${secretsUri}/jamf-client-secret)'
      },
  empty(ws1Url)
    ? {}
    : {
        WS1_URL: ws1Url
        WS1_TOKEN_URL: ws1TokenUrl
        WS1_CLIENT_ID: ws1ClientId
        WS1_SECRET: '@Microsoft.KeyVault(SecretUri=${secretsUri}/ws1-client-secret)'
        WS1_TENANT_CODE: '@Microsoft.KeyVault(SecretUri=${secretsUri}/ws1-tenant-code)'
      }
)

// ---------------------------------------------------------------------------------------------------------- identities

// Two: what the public reaches may read and enqueue; what reads MDMs is never called from outside.
resource edgeIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: names.edgeIdentity
  location: location
  tags: allTags
}

resource workerIdentity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' = {
  name: names.workerIdentity
  location: location
  tags: allTags
}

// ----------------------------------------------------------------------------------------------------------- telemetry

module monitoring 'modules/monitoring.bicep' = {
  params: {
    workspaceName: names.workspace
    insightsName: names.insights
    location: location
    tags: allTags
    retentionDays: logRetentionDays
    publisherIdentityNames: [edgeIdentity.name, workerIdentity.name]
  }
}

// -------------------------------------------------------------------------------------------------------- data and keys

var publicNetworkAccess = privateNetworking ? 'Disabled' : 'Enabled'

module stateStorage 'modules/storage-account.bicep' = {
  params: {
    name: names.stateAccount
    location: location
    tags: allTags
    skuName: storageSkuName
    publicNetworkAccess: publicNetworkAccess
    tables: stateTables
    queues: stateQueues
    containers: stateContainers
    lifecycleRules: [
      { container: 'reports', afterDays: reportRetentionDays }
      // Downloads and feeds; a sweep that takes longer than this ended long ago.
      { container: 'work', afterDays: 14 }
    ]
    workspaceResourceId: monitoring.outputs.workspaceResourceId
  }
}

// One account per host: who may write the worker's package runs code as the worker, so the edge must not be able to.
module edgeStorage 'modules/storage-account.bicep' = {
  params: {
    name: names.edgeAccount
    location: location
    tags: allTags
    skuName: storageSkuName
    publicNetworkAccess: publicNetworkAccess
    containers: [packageContainer]
    workspaceResourceId: monitoring.outputs.workspaceResourceId
  }
}

module workerStorage 'modules/storage-account.bicep' = {
  params: {
    name: names.workerAccount
    location: location
    tags: allTags
    skuName: storageSkuName
    publicNetworkAccess: publicNetworkAccess
    containers: [packageContainer]
    workspaceResourceId: monitoring.outputs.workspaceResourceId
  }
}

module vault 'modules/key-vault.bicep' = {
  params: {
    name: names.vault
    location: location
    tags: allTags
    publicNetworkAccess: publicNetworkAccess
    deploySigningKey: deployDirectoryKey
    signingKeyName: directoryKeyName
    workspaceResourceId: monitoring.outputs.workspaceResourceId
  }
}

// ---------------------------------------------------------------------------------------------------------------- roles

// Modules take names from `names` and not from outputs of each other, so that a what-if shows everything.

// The roles that a host needs on its own account: facts/azure-functions.md §2.6.
var hostRoles = ['Storage Blob Data Owner', 'Storage Queue Data Contributor', 'Storage Table Data Contributor']

module edgeOnHost 'modules/storage-access.bicep' = {
  params: {
    accountName: names.edgeAccount
    identityName: edgeIdentity.name
    accountRoles: hostRoles
  }
  dependsOn: [edgeStorage]
}

module workerOnHost 'modules/storage-access.bicep' = {
  params: {
    accountName: names.workerAccount
    identityName: workerIdentity.name
    accountRoles: hostRoles
  }
  dependsOn: [workerStorage]
}

module edgeOnState 'modules/storage-access.bicep' = {
  params: {
    accountName: names.stateAccount
    identityName: edgeIdentity.name
    tableGrants: map(edgeTables, table => { name: table, role: 'Storage Table Data Reader' })
    queueGrants: [{ name: 'sweep-start', role: 'Storage Queue Data Message Sender' }]
  }
  dependsOn: [stateStorage]
}

module workerOnState 'modules/storage-access.bicep' = {
  params: {
    accountName: names.stateAccount
    identityName: workerIdentity.name
    tableGrants: map(stateTables, table => { name: table, role: 'Storage Table Data Contributor' })
    queueGrants: map(stateQueues, queue => { name: queue, role: 'Storage Queue Data Contributor' })
    containerGrants: map(stateContainers, container => { name: container, role: 'Storage Blob Data Contributor' })
  }
  dependsOn: [stateStorage]
}

module workerOnVault 'modules/vault-access.bicep' = {
  params: {
    vaultName: names.vault
    identityName: workerIdentity.name
    secretNames: concat(jamfSecrets, ws1Secrets)
    keyNames: deployDirectoryKey ? [directoryKeyName] : []
  }
  dependsOn: [vault]
}

// -------------------------------------------------------------------------------------------------------------- network

var zones = {
  blob: 'privatelink.blob.${environment().suffixes.storage}'
  queue: 'privatelink.queue.${environment().suffixes.storage}'
  table: 'privatelink.table.${environment().suffixes.storage}'
  vault: 'privatelink.vaultcore.azure.net'
  sites: 'privatelink.azurewebsites.net'
}

module network 'modules/network.bicep' = if (privateNetworking) {
  params: {
    name: names.network
    appsGroupName: 'nsg-${workload}-apps'
    endpointsGroupName: 'nsg-${workload}-endpoints'
    location: location
    tags: allTags
    addressPrefix: vnetAddressPrefix
    zoneNames: map(items(zones), zone => zone.value)
    workspaceResourceId: monitoring.outputs.workspaceResourceId
  }
}

var storageEndpoints = flatten(map(['state', 'edge', 'work'], part => [
  { part: part, groupId: 'blob' }
  { part: part, groupId: 'queue' }
  { part: part, groupId: 'table' }
]))

module storageEndpoint 'modules/private-endpoint.bicep' = [
  for endpoint in (privateNetworking ? storageEndpoints : []): {
    params: {
      name: 'pep-${workload}-${endpoint.part}-${endpoint.groupId}'
      location: location
      tags: allTags
      subnetResourceId: network!.outputs.endpointsSubnetResourceId
      targetResourceId: endpoint.part == 'state'
        ? stateStorage.outputs.resourceId
        : endpoint.part == 'edge' ? edgeStorage.outputs.resourceId : workerStorage.outputs.resourceId
      groupId: endpoint.groupId
      zoneName: zones[endpoint.groupId]
    }
  }
]

module vaultEndpoint 'modules/private-endpoint.bicep' = if (privateNetworking) {
  params: {
    name: 'pep-${workload}-vault'
    location: location
    tags: allTags
    subnetResourceId: network!.outputs.endpointsSubnetResourceId
    targetResourceId: vault.outputs.resourceId
    groupId: 'vault'
    zoneName: zones.vault
  }
}

module workerEndpoint 'modules/private-endpoint.bicep' = if (privateNetworking) {
  params: {
    name: 'pep-${workload}-worker'
    location: location
    tags: allTags
    subnetResourceId: network!.outputs.endpointsSubnetResourceId
    targetResourceId: worker.outputs.resourceId
    groupId: 'sites'
    zoneName: zones.sites
  }
}

// ----------------------------------------------------------------------------------------------------------------- apps

module edge 'modules/function-app.bicep' = {
  params: {
    name: names.edgeApp
    planName: names.edgePlan
    location: location
    tags: allTags
    serviceName: 'edge'
    identityName: edgeIdentity.name
    hostStorageName: names.edgeAccount
    packageContainer: packageContainer
    insightsName: names.insights
    workspaceResourceId: monitoring.outputs.workspaceResourceId
    settings: edgeSettings
    maximumInstanceCount: edgeMaximumInstanceCount
    instanceMemoryMB: edgeInstanceMemoryMB
    alwaysReadyHttp: edgeAlwaysReady
    subnetResourceId: privateNetworking ? network!.outputs.appsSubnetResourceId : ''
    publicNetworkAccess: 'Enabled'
    callersByDefault: empty(edgeAllowedRanges) ? 'Allow' : 'Deny'
    allowedRanges: edgeAllowedRanges
  }
  // The first start of the host needs its roles and the private ways to its storage.
  dependsOn: [edgeOnHost, edgeOnState, storageEndpoint]
}

module worker 'modules/function-app.bicep' = {
  params: {
    name: names.workerApp
    planName: names.workerPlan
    location: location
    tags: allTags
    serviceName: 'worker'
    identityName: workerIdentity.name
    hostStorageName: names.workerAccount
    packageContainer: packageContainer
    insightsName: names.insights
    workspaceResourceId: monitoring.outputs.workspaceResourceId
    settings: workerSettings
    maximumInstanceCount: workerMaximumInstanceCount
    instanceMemoryMB: workerInstanceMemoryMB
    subnetResourceId: privateNetworking ? network!.outputs.appsSubnetResourceId : ''
    publicNetworkAccess: publicNetworkAccess
    callersByDefault: 'Deny'
    allowedRanges: workerAllowedRanges
  }
  dependsOn: [workerOnHost, workerOnState, workerOnVault, storageEndpoint, vaultEndpoint]
}

// ----------------------------------------------------------------------------------------------------------- operations

module alerts 'modules/alerts.bicep' = {
  params: {
    actionGroupName: names.actionGroup
    rulePrefix: '${workload}-${environmentName}'
    location: location
    tags: allTags
    emails: alertEmails
    workspaceResourceId: monitoring.outputs.workspaceResourceId
    noCompleteRunHours: noCompleteRunHours
    storageAccounts: [
      { part: 'state', resourceId: stateStorage.outputs.resourceId }
      { part: 'edge', resourceId: edgeStorage.outputs.resourceId }
      { part: 'worker', resourceId: workerStorage.outputs.resourceId }
    ]
    vaultResourceId: vault.outputs.resourceId
  }
}

module budget 'modules/budget.bicep' = if (monthlyBudget > 0) {
  params: {
    name: 'budget-${workload}-${environmentName}'
    amount: max(monthlyBudget, 1)
    startDate: budgetStartDate
    emails: alertEmails
  }
}

// -------------------------------------------------------------------------------------------------------------- outputs

@description('Address of the API.')
output edgeUrl string = 'https://${edge.outputs.hostName}'

@description('Name of the edge app.')
output edgeAppName string = names.edgeApp

@description('Name of the worker app.')
output workerAppName string = names.workerApp

@description('Name of the worker\'s identity, which gets the permissions of Microsoft Graph: graph-permissions/grant.sh.')
output workerIdentityName string = workerIdentity.name

@description('Principal id of the worker\'s identity.')
output workerPrincipalId string = workerIdentity.properties.principalId

@description('Name of the state account.')
output stateAccountName string = names.stateAccount

@description('Name of the vault, where the secrets of the MDM clients go.')
output vaultName string = names.vault

@description('Resource id of the workspace with the logs.')
output workspaceResourceId string = monitoring.outputs.workspaceResourceId
