metadata description = 'Who is told, and what of. The queries lie beside this in alerts/, one file each, so that tests can run them.'

import { tagsType } from 'types.bicep'

@description('Name of the action group.')
@minLength(1)
@maxLength(260)
param actionGroupName string

@description('Prefix of the names of the rules.')
@minLength(1)
@maxLength(40)
param rulePrefix string

@description('Region of the rules on logs; those on metrics and the action group are global.')
param location string

@description('Tags.')
param tags tagsType

@description('Who gets an e-mail.')
@minLength(1)
@maxLength(10)
param emails string[]

@description('Workspace that the queries run on.')
param workspaceResourceId string

@description('Hours without a complete sweep after which somebody is told.')
@minValue(7)
@maxValue(48)
param noCompleteRunHours int

@description('Storage accounts whose availability is watched, by the part of their rule\'s name.')
param storageAccounts storageAccountType[]

@description('Key vault whose availability is watched.')
param vaultResourceId string

@description('A storage account to watch.')
type storageAccountType = {
  @description('Part of the rule\'s name.')
  part: string

  @description('Resource id of the account.')
  resourceId: string
}

resource actionGroup 'Microsoft.Insights/actionGroups@2023-01-01' = {
  name: actionGroupName
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'muster'
    emailReceivers: [
      for (email, at) in emails: {
        name: 'email-${at}'
        emailAddress: email
        useCommonAlertSchema: true
      }
    ]
  }
}

// Two kinds of rules. A condition (`lasting`) is told once when it begins and once when it is over: autoMitigate.
// An event has no end; it is told when it is seen, and again at most every six hours: muteActionsDuration, which the
// platform refuses together with autoMitigate. Windows of events are twice their frequency, because a line can arrive
// some minutes late and would otherwise fall between two evaluations.
// A window is one of a few fixed lengths and two days at most; the query narrows it further where it needs to.
var rules = [
  {
    name: 'no-complete-run'
    severity: 1
    lasting: true
    query: replace(loadTextContent('../alerts/no-complete-run.kql'), 'ago(24h)', 'ago(${noCompleteRunHours}h)')
    frequency: 'PT30M'
    window: noCompleteRunHours > 24 ? 'P2D' : 'P1D'
    operator: 'LessThan'
    threshold: 1
  }
  {
    name: 'partial-run'
    severity: 2
    lasting: false
    query: loadTextContent('../alerts/partial-run.kql')
    frequency: 'PT15M'
    window: 'PT30M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'sweep-stalled'
    severity: 2
    lasting: true
    query: loadTextContent('../alerts/sweep-stalled.kql')
    frequency: 'PT30M'
    window: 'P1D'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'poison-message'
    severity: 1
    lasting: false
    query: loadTextContent('../alerts/poison-message.kql')
    frequency: 'PT15M'
    window: 'PT30M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'brake-held'
    severity: 2
    lasting: false
    query: loadTextContent('../alerts/brake-held.kql')
    frequency: 'PT15M'
    window: 'PT30M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'access-refused'
    severity: 1
    lasting: false
    query: loadTextContent('../alerts/access-refused.kql')
    frequency: 'PT15M'
    window: 'PT30M'
    operator: 'GreaterThan'
    threshold: 0
  }
  {
    name: 'feed-stale'
    severity: 3
    lasting: true
    query: loadTextContent('../alerts/feed-stale.kql')
    frequency: 'PT1H'
    window: 'P1D'
    operator: 'GreaterThan'
    threshold: 0
  }
]

resource logRules 'Microsoft.Insights/scheduledQueryRules@2023-12-01' = [
  for rule in rules: {
    name: '${rulePrefix}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${rulePrefix}: ${rule.name}'
      description: 'What to do: docs/runbook.md#${rule.name}'
      enabled: true
      severity: rule.severity
      scopes: [workspaceResourceId]
      evaluationFrequency: rule.frequency
      windowSize: rule.window
      autoMitigate: rule.lasting
      muteActionsDuration: rule.lasting ? null : 'PT6H'
      // The first deployment comes before the first line of telemetry, when a workspace may not know the table yet.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            timeAggregation: 'Count'
            operator: rule.operator
            threshold: rule.threshold
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: {
        actionGroups: [actionGroup.id]
        customProperties: { runbook: 'docs/runbook.md#${rule.name}' }
      }
    }
  }
]

resource storageAvailability 'Microsoft.Insights/metricAlerts@2018-03-01' = [
  for account in storageAccounts: {
    name: '${rulePrefix}-storage-${account.part}'
    location: 'global'
    tags: tags
    properties: {
      description: 'Storage (${account.part}) answers fewer than 99 % of requests. What to do: docs/runbook.md#storage-unavailable'
      enabled: true
      severity: 2
      scopes: [account.resourceId]
      evaluationFrequency: 'PT5M'
      windowSize: 'PT15M'
      autoMitigate: true
      criteria: {
        'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
        allOf: [
          {
            criterionType: 'StaticThresholdCriterion'
            name: 'availability'
            metricName: 'Availability'
            timeAggregation: 'Average'
            operator: 'LessThan'
            threshold: 99
          }
        ]
      }
      actions: [{ actionGroupId: actionGroup.id }]
    }
  }
]

resource vaultAvailability 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${rulePrefix}-vault'
  location: 'global'
  tags: tags
  properties: {
    description: 'The key vault answers fewer than 99 % of requests. What to do: docs/runbook.md#vault-unavailable'
    enabled: true
    severity: 2
    scopes: [vaultResourceId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          criterionType: 'StaticThresholdCriterion'
          name: 'availability'
          metricName: 'Availability'
          timeAggregation: 'Average'
          operator: 'LessThan'
          threshold: 99
        }
      ]
    }
    actions: [{ actionGroupId: actionGroup.id }]
  }
}
