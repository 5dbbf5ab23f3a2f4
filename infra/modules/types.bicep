metadata description = 'Shapes that several modules share.'

@export()
@description('Tags of a resource.')
type tagsType = {
  @description('Value of the tag that the property is named after.')
  *: string
}

@export()
@description('App settings; none of them is a secret value, secrets stand here as Key Vault references.')
type settingsType = {
  @description('Value of the setting that the property is named after.')
  *: string
}

@export()
@description('Blobs of one container are deleted this many days after they were last written.')
type lifecycleRuleType = {
  @description('Blob container.')
  container: string

  @description('Days since the last write.')
  @minValue(1)
  @maxValue(3650)
  afterDays: int
}

@export()
@description('A role on one table, queue or container of an account.')
type grantType = {
  @description('Name of the table, queue or container.')
  name: string

  @description('Role, as named in roles.bicep.')
  role: string
}
