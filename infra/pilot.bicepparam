using 'main.bicep'

// A pilot that runs within half an hour: public addresses, one copy of the data, packages brought from anywhere.
// There is no firewall on storage and vault: apps on Flex Consumption without a network of their own come from changing
// addresses, so a firewall that denies by default would lock out the apps. What protects a pilot is identity: no shared
// keys, no anonymous access, roles on single tables and queues. The worker answers no caller at all.
// Intune alone needs nothing else. For the others write their secrets into the vault first, then fill in the addresses.

param environmentName = 'pilot'
param companyName = readEnvironmentVariable('MUSTER_TENANT', 'contoso')
param apiAudience = readEnvironmentVariable('MUSTER_API_AUDIENCE', 'api://muster')
param alertEmails = [readEnvironmentVariable('MUSTER_ALERT_EMAIL', 'ops@contoso.example')]

param jamfUrl = readEnvironmentVariable('JAMF_URL', '')
param jamfClientId = readEnvironmentVariable('JAMF_CLIENT_ID', '')
param ws1Url = readEnvironmentVariable('WS1_URL', '')
param ws1TokenUrl = readEnvironmentVariable('WS1_TOKEN_URL', '')
param ws1ClientId = readEnvironmentVariable('WS1_CLIENT_ID', '')

param privateNetworking = false
param storageSkuName = 'Standard_LRS'
param logRetentionDays = 30
param monthlyBudget = 20
param workerMaximumInstanceCount = 2
param edgeMaximumInstanceCount = 1
