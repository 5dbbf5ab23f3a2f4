metadata description = 'Log Analytics and Application Insights. Nothing is written to them with a key.'

import { tagsType } from 'types.bicep'
import { roleIds } from 'roles.bicep'

@description('Name of the workspace.')
@minLength(4)
@maxLength(63)
param workspaceName string

@description('Name of the Application Insights component.')
@minLength(1)
@maxLength(255)
param insightsName string

@description('Region.')
param location string

@description('Tags.')
param tags tagsType

@description('Days for which logs are kept.')
@minValue(30)
@maxValue(730)
param retentionDays int

@description('User-assigned identities that may send telemetry.')
param publisherIdentityNames string[]

resource workspace 'Microsoft.OperationalInsights/workspaces@2023-09-01' = {
  name: workspaceName
  location: location
  tags: tags
  properties: {
    sku: { name: 'PerGB2018' }
    retentionInDays: retentionDays
    features: { disableLocalAuth: true, enableLogAccessUsingOnlyResourcePermissions: true }
  }
}

resource insights 'Microsoft.Insights/components@2020-02-02' = {
  name: insightsName
  location: location
  tags: tags
  kind: 'web'
  properties: {
    Application_Type: 'web'
    WorkspaceResourceId: workspace.id
    IngestionMode: 'LogAnalytics'
    DisableLocalAuth: true
  }
}

// Who asked the workspace what. Application Insights has no setting of its own: it writes into this workspace already,
// and a second copy of every line would only cost.
resource workspaceDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: workspace
  properties: {
    workspaceId: workspace.id
    logs: [{ categoryGroup: 'audit', enabled: true }]
  }
}

resource publishers 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = [
  for publisher in publisherIdentityNames: {
    name: publisher
  }
]

// facts/azure-functions.md §2.6: telemetry without keys needs this role.
resource mayPublish 'Microsoft.Authorization/roleAssignments@2022-04-01' = [
  for (publisher, at) in publisherIdentityNames: {
    name: guid(insights.id, publishers[at].id, roleIds['Monitoring Metrics Publisher'])
    scope: insights
    properties: {
      principalId: publishers[at].properties.principalId
      principalType: 'ServicePrincipal'
      roleDefinitionId: subscriptionResourceId(
        'Microsoft.Authorization/roleDefinitions',
        roleIds['Monitoring Metrics Publisher']
      )
    }
  }
]

@description('Resource id of the workspace.')
output workspaceResourceId string = workspace.id
