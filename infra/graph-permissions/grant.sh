#!/bin/sh
# Grants the worker's identity what it needs to read Intune: app roles of Microsoft Graph. They belong to the tenant and not
# to a resource group, and need a Privileged Role Administrator (facts/intune-graph.md §5), who is seldom the person that
# deploys. So they stand here and not in main.bicep.
#
# Says what it will do, asks nothing, and leaves alone what is granted already. Needs az, signed in to the tenant.
set -eu

usage() {
  cat <<'EOF'
usage: grant.sh [--check] [--without-apps] PRINCIPAL_ID

PRINCIPAL_ID     principal id of the worker's identity: the deployment's output workerPrincipalId
--check          grants nothing; ends with 3 where something is missing
--without-apps   leaves out DeviceManagementApps.Read.All: app versions are then read by label only
EOF
}

# Which call needs which is listed in docs/permissions/intune.md. Nothing here can change a device.
roles='DeviceManagementManagedDevices.Read.All DeviceManagementApps.Read.All'
# Application id of Microsoft Graph, the same in every tenant.
graph_app_id=00000003-0000-0000-c000-000000000000
graph="${MUSTER_GRAPH_ENDPOINT:-https://graph.microsoft.com}/v1.0"
check=no
principal=

for argument in "$@"; do
  case "$argument" in
    --check) check=yes ;;
    --without-apps) roles='DeviceManagementManagedDevices.Read.All' ;;
    -h | --help)
      usage
      exit 0
      ;;
    -*)
      printf 'grant.sh: unknown option %s\n' "$argument" >&2
      usage >&2
      exit 2
      ;;
    *) principal=$argument ;;
  esac
done

if ! printf '%s\n' "$principal" | grep -Eqi '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$'; then
  printf 'grant.sh: give the principal id of the identity, a GUID\n' >&2
  usage >&2
  exit 2
fi
if ! command -v az >/dev/null 2>&1; then
  printf 'grant.sh: az is not on PATH\n' >&2
  exit 2
fi

get() { az rest --method get --url "$1" --query "$2" --output tsv; }

graph_principal=$(get "$graph/servicePrincipals(appId='$graph_app_id')?\$select=id" id)
if [ -z "$graph_principal" ]; then
  printf 'grant.sh: Microsoft Graph was not found in this tenant\n' >&2
  exit 1
fi
granted=$(get "$graph/servicePrincipals/$principal/appRoleAssignments?\$top=999" "value[?resourceId=='$graph_principal'].appRoleId")

missing=0
for role in $roles; do
  # Resolved by its name in this tenant: published lists of these ids contain wrong ones (facts/intune-graph.md §5).
  role_id=$(get "$graph/servicePrincipals/$graph_principal?\$select=appRoles" \
    "appRoles[?value=='$role' && contains(allowedMemberTypes, 'Application')].id | [0]")
  if [ -z "$role_id" ] || [ "$role_id" = None ]; then
    printf 'grant.sh: Microsoft Graph has no app role %s\n' "$role" >&2
    exit 1
  fi
  if printf '%s\n' "$granted" | grep -Fqix "$role_id"; then
    printf 'granted already: %s\n' "$role"
  elif [ "$check" = yes ]; then
    printf 'missing: %s\n' "$role"
    missing=1
  else
    printf 'granting: %s to %s\n' "$role" "$principal"
    az rest --method post --url "$graph/servicePrincipals/$graph_principal/appRoleAssignedTo" \
      --headers Content-Type=application/json --output none \
      --body "{\"principalId\":\"$principal\",\"resourceId\":\"$graph_principal\",\"appRoleId\":\"$role_id\"}"
  fi
done

if [ "$missing" -ne 0 ]; then
  exit 3
fi
if [ "$check" = no ]; then
  # The identity's tokens are cached: facts/intune-graph.md §5.
  printf 'done; a new grant can take up to a day to appear, a restart of the worker helps\n'
fi
