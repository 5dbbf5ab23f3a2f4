metadata description = 'The grants of grant.sh as a template, for those who deploy everything by Bicep.'

// The extension that this uses is fetched from a registry at build time, so neither main.bicep nor the tests touch this
// file: it has never been compiled by them. It needs Bicep 0.36.1 or later (facts/intune-graph.md §5) and the same person as
// grant.sh:
//
//   az deployment group create --resource-group RG --template-file infra/graph-permissions/app-roles.bicep \
//     --parameters workerIdentityName=id-muster-worker
targetScope = 'resourceGroup'

extension microsoftGraphV1

@description('Name of the worker\'s identity in this resource group: the deployment\'s output workerIdentityName.')
@minLength(3)
@maxLength(128)
param workerIdentityName string

@description('App roles of Microsoft Graph; all of them only read: docs/permissions/intune.md.')
@minLength(1)
@maxLength(2)
param appRoles ('DeviceManagementManagedDevices.Read.All' | 'DeviceManagementApps.Read.All')[] = [
  'DeviceManagementManagedDevices.Read.All'
  'DeviceManagementApps.Read.All'
]

resource identity 'Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30' existing = {
  name: workerIdentityName
}

resource graph 'Microsoft.Graph/servicePrincipals@v1.0' existing = {
  appId: '00000003-0000-0000-c000-000000000000'
}

resource grants 'Microsoft.Graph/appRoleAssignedTo@v1.0' = [
  for role in appRoles: {
    appRoleId: filter(graph.appRoles, candidate => candidate.value == role)[0].id
    principalId: identity.properties.principalId
    resourceId: graph.id
  }
]
