metadata description = 'A private endpoint of one resource, entered in its DNS zone.'

import { tagsType } from 'types.bicep'

@description('Name of the endpoint.')
@minLength(2)
@maxLength(64)
param name string

@description('Region.')
param location string

@description('Tags.')
param tags tagsType

@description('Subnet of the endpoint.')
param subnetResourceId string

@description('Resource that is reached through it.')
param targetResourceId string

@description('Part of that resource: blob, queue, table, vault or sites.')
@allowed(['blob', 'queue', 'table', 'vault', 'sites'])
param groupId string

@description('Private DNS zone in this resource group.')
param zoneName string

resource zone 'Microsoft.Network/privateDnsZones@2024-06-01' existing = {
  name: zoneName
}

resource endpoint 'Microsoft.Network/privateEndpoints@2024-05-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    subnet: { id: subnetResourceId }
    customNetworkInterfaceName: 'nic-${name}'
    privateLinkServiceConnections: [
      { name: groupId, properties: { privateLinkServiceId: targetResourceId, groupIds: [groupId] } }
    ]
  }

  resource zoneGroup 'privateDnsZoneGroups' = {
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: groupId, properties: { privateDnsZoneId: zone.id } }]
    }
  }
}
