using 'main.bicep'

// Production: storage, vault and worker are reached from inside the network only, and so are they deployed to: run the
// deployment of packages on a machine in that network or one peered with it.
// The subscription must have the provider Microsoft.App registered: the subnet of the apps is delegated to it.
// Write the secrets of Jamf Pro and Workspace ONE into the vault before their addresses are given here: the worker gets
// its role on each single secret, which must exist. For a first deployment set JAMF_URL and WS1_URL to nothing.

param environmentName = 'production'
param companyName = readEnvironmentVariable('MUSTER_TENANT', 'contoso')
param apiAudience = readEnvironmentVariable('MUSTER_API_AUDIENCE', 'api://muster')
param alertEmails = [readEnvironmentVariable('MUSTER_ALERT_EMAIL', 'ops@contoso.example')]

param jamfUrl = readEnvironmentVariable('JAMF_URL', 'https://contoso.jamfcloud.com')
param jamfClientId = readEnvironmentVariable('JAMF_CLIENT_ID', 'CLIENT')
param ws1Url = readEnvironmentVariable('WS1_URL', 'https://as1234.awmdm.com')
param ws1TokenUrl = readEnvironmentVariable('WS1_TOKEN_URL', 'https://na.uemauth.workspaceone.com/connect/token')
param ws1ClientId = readEnvironmentVariable('WS1_CLIENT_ID', 'CLIENT')

param privateNetworking = true
param storageSkuName = 'Standard_ZRS'
param logRetentionDays = 180
param reportRetentionDays = 100
param deployDirectoryKey = true
param edgeAlwaysReady = 1
param edgeMaximumInstanceCount = 10
param workerMaximumInstanceCount = 8
param noCompleteRunHours = 24
param monthlyBudget = 300
