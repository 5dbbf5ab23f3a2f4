/**
 * From a failing or unknown rule to the one thing a person would do about it. Two rules that the same deed would
 * satisfy give the same action: an iPhone that is behind on features and on security needs one update, not two.
 */
import type { RuleResult } from '../core/policy/verdict';
import type { Rung } from '../core/readiness/ladder';
import { carrierOf, NONE_REPORTED } from './facets';
import type { ReportRow } from './report-row';

/** `fix` removes an obstacle; `learn` finds out what no MDM shows. */
export type ActionKind = 'fix' | 'learn';

/** Who can do it. */
export type ActionOwner = 'Help desk' | 'MDM team' | 'Carrier' | 'Purchasing' | 'Directory team';

export interface ActionKey {
  /** Stable and unique, e.g. `update-ios:26.5`; the value of the facet `action`. */
  readonly id: string;
  readonly kind: ActionKind;
  readonly rung: Rung;
  /** Imperative, e.g. `Update iOS to 26.5`. */
  readonly title: string;
  /** One sentence: how, and what it cannot do. */
  readonly next: string;
  readonly owner: ActionOwner;
}

/** The version inside a requirement such as `at least 26.5` or `2026-09-05`; the whole text where there is none. */
function versionIn(required: string | null): string | null {
  return required?.match(/\d+(?:[.-]\d+)*/)?.[0] ?? required;
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

/** The highest iOS version that a failing rule of this phone asks for: one update satisfies them all. */
function iosTarget(row: ReportRow): string | null {
  let target: string | null = null;
  for (const rule of decidingRules(row)) {
    if (rule.answer !== 'fail' || (rule.rung !== 'os' && rule.rung !== 'patch')) continue;
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
  const apple = row.device.platform === 'ios';
  const name = apple ? 'iOS' : 'Android';
  if (row.verdict.cannotUpdate) {
    return fix(
      `replace:${row.device.platform}`,
      'os',
      'Purchasing',
      apple ? 'Replace iPhones that cannot be updated far enough' : 'Replace Android phones that cannot be updated far enough',
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
      ? 'Enforce the version with a software update declaration and a deadline; phones must be charged, online and have space.'
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

function appName(rule: RuleResult): string {
  return /carrier.?services|android\.ims/i.test(rule.rule) ? 'Carrier Services' : 'Google Messages';
}

function appFix(rule: RuleResult): ActionKey {
  const name = appName(rule);
  const target = versionIn(rule.required);
  return fix(
    `update-app:${name}:${target ?? 'any'}`,
    'app',
    'MDM team',
    target === null ? `Install ${name}` : `Update ${name} to ${target} or later`,
    'Assign the app as required with high update priority; the store delivers it when the phone is on power and Wi-Fi.',
  );
}

function carrierFix(row: ReportRow, rule: RuleResult): ActionKey {
  const carrier = carrierOf(row);
  if (/settings/i.test(rule.rule)) {
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
    case 'patch': {
      if (row.device.platform === 'ios' || row.verdict.cannotUpdate) return osFix(row, rule);
      const target = versionIn(rule.required);
      return fix(
        `patch:${target ?? 'newer'}`,
        'patch',
        'MDM team',
        target === null ? 'Install the Android security patch' : `Install the Android security patch of ${target} or later`,
        'Release the system update in the MDM; patches come from the phone’s maker and can be months late.',
      );
    }
    case 'app':
      return appFix(rule);
    case 'channel':
      return fix(
        `channel:${row.device.platform}`,
        'channel',
        'MDM team',
        row.device.platform === 'ios' ? 'Take iPhones off the beta program' : 'Move apps to the release channel of the policy',
        'Change the track of the assignment or end the beta enrollment; the phone follows with its next update.',
      );
    case 'rcs-allowed':
      return fix(
        `allow-rcs:${row.device.platform}`,
        'rcs-allowed',
        'MDM team',
        row.device.platform === 'ios' ? 'Allow RCS on iPhones (allowRCSMessaging)' : 'Allow RCS in Google Messages (disable_rcs)',
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

const LEARN: Readonly<Record<Rung, { readonly title: string; readonly next: string }>> = {
  enrolled: { title: 'Find out whether phones are enrolled', next: 'The MDM gives a state Muster does not know; look the phone up in its console.' },
  reporting: { title: 'Find out when phones were last seen', next: 'The MDM gives no time of last contact; ask for a device check-in.' },
  os: { title: 'Find out which OS phones run', next: 'The version is missing or not readable; ask for an inventory update.' },
  patch: { title: 'Find out the security patch level', next: 'The MDM gives no patch level for these phones; ask for an inventory update.' },
  app: { title: 'Make the messages app visible', next: 'Collect the app’s version for managed apps, or ask users to report it.' },
  channel: { title: 'Find out the release channel', next: 'The version’s name does not tell its track; read it from the app assignment.' },
  'rcs-allowed': { title: 'Find out whether RCS is allowed', next: 'The inventory lists no profiles; grant the read permission or check the assignment.' },
  carrier: { title: 'Find out what the carrier supports', next: 'Ask the carrier, then record answer, evidence and date in the policy.' },
  'key-present': { title: 'Find out whether phones have a key', next: 'The phone’s number is not known, so no key can be looked up.' },
  'key-attested': { title: 'Find out whether keys are attested', next: 'Open the companion app on the phone to send a fresh attestation.' },
  ready: { title: 'Settle open questions', next: 'Open the phone’s row to see which rule has no answer.' },
};

function learnFor(row: ReportRow, rung: Rung): ActionKey {
  const base = { kind: 'learn', rung, next: LEARN[rung].next } as const;
  if (rung === 'carrier') {
    const carrier = carrierOf(row);
    return carrier === NONE_REPORTED
      ? { ...base, id: 'learn:carrier', owner: 'Help desk', title: 'Find the carrier of phones that report none', next: 'No MDM field names the carrier; take it from the phone contract.' }
      : { ...base, id: `learn:carrier:${carrier}`, owner: 'Carrier', title: `Ask ${carrier} whether encrypted RCS is on` };
  }
  if (rung === 'app' || rung === 'channel') {
    const { mode } = row.device.management;
    return mode === 'work-profile' || mode === 'corporate-work-profile'
      ? { ...base, id: `learn:${rung}:work-profile`, owner: 'Help desk', title: `${LEARN[rung].title} on work-profile phones`, next: 'The personal side is closed to every MDM. Ask the user, or accept “unknown” in the policy.' }
      : { ...base, id: `learn:${rung}`, owner: 'MDM team', title: LEARN[rung].title };
  }
  return { ...base, id: `learn:${rung}`, owner: 'MDM team', title: LEARN[rung].title };
}

/** What to do about one rule's answer on this phone; null where nothing is to be done. */
export function actionFor(row: ReportRow, rule: RuleResult): ActionKey | null {
  if (rule.answer === 'fail') return fixFor(row, rule);
  return rule.answer === 'unknown' ? learnFor(row, rule.rung) : null;
}
