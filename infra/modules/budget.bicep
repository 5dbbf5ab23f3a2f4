metadata description = 'A monthly budget of the resource group.'

@description('Name of the budget.')
@minLength(1)
@maxLength(63)
param name string

@description('Amount per month, in the currency of the billing account.')
@minValue(1)
@maxValue(1000000)
param amount int

@description('First day of the first month, as yyyy-MM-dd.')
@minLength(10)
@maxLength(10)
param startDate string

@description('Who is told.')
@minLength(1)
@maxLength(10)
param emails string[]

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: name
  properties: {
    amount: amount
    category: 'Cost'
    timeGrain: 'Monthly'
    timePeriod: { startDate: startDate }
    notifications: {
      actualOver80Percent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 80
        thresholdType: 'Actual'
        contactEmails: emails
      }
      forecastOver100Percent: {
        enabled: true
        operator: 'GreaterThan'
        threshold: 100
        thresholdType: 'Forecasted'
        contactEmails: emails
      }
    }
  }
}
