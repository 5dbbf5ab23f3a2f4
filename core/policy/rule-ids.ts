/** The names of the rules: what results, grace periods and exceptions refer to. */

export const PHONE_RULES = [
  'enrolled',
  'reporting',
  'os.integrity',
  'os.feature-minimum',
  'os.security-minimum',
  'patch.level',
  'channel.os-beta',
  'rcs-allowed',
  'carrier',
  'key-present',
  'key-attested',
] as const;

/** Rules that exist once for each app: `app.minimum:<app id>`. */
export const APP_RULES = ['app.minimum', 'channel.app'] as const;

/** `app.minimum:com.example` belongs to the family `app.minimum`; another rule is its own family. */
export function ruleFamily(rule: string): string {
  const colon = rule.indexOf(':');
  return colon < 0 ? rule : rule.slice(0, colon);
}

/** Every name that a grace period or an exception may use; the name of a family stands for all its rules. */
export function knownRules(appIds: readonly string[]): string[] {
  return [...PHONE_RULES, ...APP_RULES, ...appIds.flatMap((id) => APP_RULES.map((family) => `${family}:${id}`))];
}
