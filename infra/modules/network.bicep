metadata description = 'A network with one subnet for the apps and one for private endpoints, and the DNS zones that make those found.'

import { tagsType } from 'types.bicep'

@description('Name of the network.')
@minLength(2)
@maxLength(64)
param name string

@description('Name of the network security group of the apps\' subnet.')
@minLength(1)
@maxLength(80)
param appsGroupName string

@description('Name of the network security group of the endpoints\' subnet.')
@minLength(1)
@maxLength(80)
param endpointsGroupName string

@description('Region.')
param location string

@description('Tags.')
param tags tagsType

@description('Address range; a /24 leaves 64 addresses to each of the two subnets.')
@minLength(9)
@maxLength(18)
param addressPrefix string

@description('Private DNS zones.')
param zoneNames string[]

@description('Workspace that takes the logs.')
param workspaceResourceId string

resource appsGroup 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: appsGroupName
  location: location
  tags: tags
}

// Endpoints are for the network itself: the rule of the platform that lets in peered networks stays, the Internet is out
// by the platform's own last rule.
resource endpointsGroup 'Microsoft.Network/networkSecurityGroups@2024-05-01' = {
  name: endpointsGroupName
  location: location
  tags: tags
  properties: {
    securityRules: [
      {
        name: 'only-https'
        properties: {
          access: 'Deny'
          direction: 'Inbound'
          priority: 4000
          protocol: '*'
          sourceAddressPrefix: '*'
          sourcePortRange: '*'
          destinationAddressPrefix: '*'
          destinationPortRanges: ['0-442', '444-65535']
        }
      }
    ]
  }
}

resource network 'Microsoft.Network/virtualNetworks@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addressPrefix] }
    subnets: [
      {
        name: 'snet-apps'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 0)
          networkSecurityGroup: { id: appsGroup.id }
          // Flex Consumption asks for this delegation, not for Microsoft.Web/serverFarms.
          delegations: [
            { name: 'flex-consumption', properties: { serviceName: 'Microsoft.App/environments' } }
          ]
        }
      }
      {
        name: 'snet-endpoints'
        properties: {
          addressPrefix: cidrSubnet(addressPrefix, 26, 1)
          networkSecurityGroup: { id: endpointsGroup.id }
          defaultOutboundAccess: false
          privateEndpointNetworkPolicies: 'Enabled'
        }
      }
    ]
  }

  resource appsSubnet 'subnets' existing = {
    name: 'snet-apps'
  }

  resource endpointsSubnet 'subnets' existing = {
    name: 'snet-endpoints'
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2024-06-01' = [
  for zone in zoneNames: {
    name: zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2024-06-01' = [
  for (zone, at) in zoneNames: {
    parent: zones[at]
    name: name
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
]

resource networkDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: network
  properties: {
    workspaceId: workspaceResourceId
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

resource appsGroupDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: appsGroup
  properties: {
    workspaceId: workspaceResourceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

resource endpointsGroupDiagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: endpointsGroup
  properties: {
    workspaceId: workspaceResourceId
    logs: [{ categoryGroup: 'allLogs', enabled: true }]
  }
}

@description('Subnet of the apps.')
output appsSubnetResourceId string = network::appsSubnet.id

@description('Subnet of the private endpoints.')
output endpointsSubnetResourceId string = network::endpointsSubnet.id
