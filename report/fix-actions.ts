/**
 * From a failing rule to the one thing a person would do about it. Two rules that the same deed would satisfy give the
 * same action: an iPhone that is behind on features and on security needs one update, not two.
 */
import type { RuleResult } from '../core/policy/verdict';
import type { Rung } from '../core/readiness/ladder';
import { asksForSettings, type ActionKey, type ActionOwner } from './action-key';
import { appName, appVersion } from './app-names';
import { carrierOf } from './facets';
import { learnFor } from './learn-actions';
import type { ReportRow } from './report-row';

/** The version inside a requirement such as `Android 14` or `26.5`; null where there is none. */
function versionIn(required: string | null): string | null {
  return required?.match(/\d+(?:\.\d+)*/)?.[0] ?? null;
}

function compareDotted(a: string, b: string): number {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let index = 0; index < Math.max(left.length, right.length); index += 1) {
    const difference = (left[index] ?? 0) - (right[index] ?? 0);
    if (Number.isFinite(difference) && difference !== 0) return difference;
  }
  return 0;
}

/** Rules that speak of the phone as a whole or of the line that decides. */
export function decidingRules(row: ReportRow): readonly RuleResult[] {
  const { bestLine, rules } = row.verdict;
  return rules.filter((rule) => rule.line === null || bestLine === null || rule.line === bestLine);
}

const OS_VERSION_RULES: readonly string[] = ['os.feature-minimum', 'os.security-minimum'];

/** The highest iOS version that a failing rule of this phone asks for: one update satisfies them all. */
function iosTarget(row: ReportRow): string | null {
  let target: string | null = null;
  for (const rule of decidingRules(row)) {
    if (rule.answer !== 'fail' || !OS_VERSION_RULES.includes(rule.rule)) continue;
    const version = versionIn(rule.required);
    if (version !== null && (target === null || compareDotted(version, target) > 0)) target = version;
  }
  return target;
}

const fix = (id: string, rung: Rung, owner: ActionOwner, title: string, next: string): ActionKey => ({
  id,
  kind: 'fix',
  rung,
  owner,
  title,
  next,
});

function osFix(row: ReportRow, rule: RuleResult): ActionKey {
  if (rule.rule === 'os.integrity') {
    return fix(
      'jailbroken',
      'os',
      'Help desk',
      'Restore phones that are jailbroken or rooted',
      'Nothing on such a phone can be trusted, its keys included: erase it, update it, enroll it again.',
    );
  }
  const apple = row.device.platform === 'ios';
  const name = apple ? 'iOS' : 'Android';
  if (row.verdict.cannotUpdate) {
    return fix(
      `replace:${row.device.platform}`,
      'os',
      'Purchasing',
      apple
        ? 'Replace iPhones that cannot be updated far enough'
        : 'Replace Android phones that cannot be updated far enough',
      'No published release lets these models reach the minimum. Waiting does not help: plan a replacement or accept an exception.',
    );
  }
  const target = apple ? iosTarget(row) : versionIn(rule.required);
  return fix(
    `update-${row.device.platform}:${target ?? 'newer'}`,
    'os',
    'MDM team',
    target === null ? `Update ${name}` : `Update ${name} to ${target} or later`,
    apple
      ? 'Enforce the newest release of its train with a software update declaration and a deadline; phones must be charged, online and have space.'
      : 'Release the system update in the MDM; where the maker has not published it for the model, only a replacement helps.',
  );
}

function enrolledFix(row: ReportRow): ActionKey {
  const { state } = row.device.enrollment;
  if (state === 'pending') {
    return fix(
      'finish-enrollment',
      'enrolled',
      'Help desk',
      'Finish enrollments that were started',
      'The MDM waits for the user to complete set-up; send the enrollment link again.',
    );
  }
  if (state === 'wipe-pending' || state === 'retire-pending') {
    return fix(
      'leaving',
      'enrolled',
      'MDM team',
      'Settle wipes and retirements that are under way',
      'These phones are leaving. They need no repair, only an end: confirm that the command ran, or cancel it.',
    );
  }
  return fix(
    're-enroll',
    'enrolled',
    'Help desk',
    'Enroll phones again that left management',
    'Ask the user to enroll again; if the phone is gone, delete the record in the MDM.',
  );
}

/** Rules about apps end in the app's id: `app.minimum:<id>`. */
function appOf(row: ReportRow, rule: RuleResult): string {
  const id = rule.rule.slice(rule.rule.indexOf(':') + 1);
  return appName(id, row.device.apps?.find((app) => app.id === id)?.name ?? null);
}

function appFix(row: ReportRow, rule: RuleResult): ActionKey {
  const name = appOf(row, rule);
  const target = rule.required === null || rule.required === 'installed' ? null : appVersion(rule.required);
  if (target === null) {
    return fix(
      `install-app:${name}`,
      'app',
      'MDM team',
      `Install ${name}`,
      'Assign the app as required; the store delivers it when the phone is on power and Wi-Fi.',
    );
  }
  return fix(
    `update-app:${name}:${target}`,
    'app',
    'MDM team',
    `Update ${name} to ${target} or later`,
    'Assign the app as required with high update priority; the store delivers it when the phone is on power and Wi-Fi.',
  );
}

function patchFix(rule: RuleResult): ActionKey {
  const date = rule.required?.match(/\d{4}-\d{2}-\d{2}/)?.[0];
  return fix(
    `patch:${date ?? 'recent'}`,
    'patch',
    'MDM team',
    date === undefined
      ? `Install a recent Android security patch${rule.required === null ? '' : ` (${rule.required})`}`
      : `Install the Android security patch of ${date} or later`,
    'Release the system update in the MDM; patches come from the phone’s maker and can be months late.',
  );
}

function carrierFix(row: ReportRow, rule: RuleResult): ActionKey {
  const carrier = carrierOf(row);
  if (asksForSettings(rule)) {
    const target = versionIn(rule.required) ?? 'the newest';
    return fix(
      `carrier-settings:${carrier}:${target}`,
      'carrier',
      'Help desk',
      `Bring ${carrier} carrier settings to ${target}`,
      'Carrier settings arrive by themselves; opening Settings › General › About on the phone fetches them. No MDM can push them.',
    );
  }
  return fix(
    `ask-carrier:${carrier}`,
    'carrier',
    'Carrier',
    `Ask ${carrier} to enable encrypted RCS`,
    'Only the carrier can. Raise it with the account manager, then record answer, evidence and date in the policy.',
  );
}

function fixFor(row: ReportRow, rule: RuleResult): ActionKey {
  switch (rule.rung) {
    case 'enrolled':
      return enrolledFix(row);
    case 'reporting':
      return fix(
        'contact-silent',
        'reporting',
        'Help desk',
        'Contact the users of silent phones',
        'Ask the user to open the MDM app on Wi-Fi. A phone that is lost or in a drawer should be retired.',
      );
    case 'os':
      return osFix(row, rule);
    case 'patch':
      return patchFix(rule);
    case 'app':
      return appFix(row, rule);
    case 'channel':
      return rule.rule.startsWith('channel.app:')
        ? fix(
            `channel:${appOf(row, rule)}`,
            'channel',
            'MDM team',
            `Move ${appOf(row, rule)} to the ${rule.required ?? 'vetted'} track`,
            'Change the track of the app assignment; the phone follows with the app’s next update.',
          )
        : fix(
            'channel:os-beta',
            'channel',
            'Help desk',
            'Take iPhones off the beta program',
            'End the beta enrollment; the phone leaves the beta with the next release.',
          );
    case 'rcs-allowed':
      return fix(
        `allow-rcs:${row.device.platform}`,
        'rcs-allowed',
        'MDM team',
        row.device.platform === 'ios'
          ? 'Allow RCS on iPhones (allowRCSMessaging)'
          : 'Allow RCS in Google Messages (disable_rcs)',
        'A profile of ours forbids RCS. Remove the restriction; this allows RCS, it does not switch encryption on.',
      );
    case 'carrier':
      return carrierFix(row, rule);
    case 'key-present':
      return fix(
        'publish-key',
        'key-present',
        'Directory team',
        'Publish a key for phones that have none',
        'Install the companion app; it makes a key on the phone and publishes it.',
      );
    case 'key-attested':
      return fix(
        'attest-key',
        'key-attested',
        'Directory team',
        'Attest keys again',
        'Open the companion app on the phone; it proves that the key lives in secure hardware.',
      );
    case 'ready':
      return fix('review', 'ready', 'MDM team', 'Review phones that fail a rule of their own', rule.reason);
  }
}

/** What to do about one rule's answer on this phone; null where nothing is to be done. */
export function actionFor(row: ReportRow, rule: RuleResult): ActionKey | null {
  if (rule.answer === 'fail') return fixFor(row, rule);
  return rule.answer === 'unknown' ? learnFor(row, rule) : null;
}
