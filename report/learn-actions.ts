/** From an unknown rule to how its answer can be found out. */
import type { RuleResult } from '../core/policy/verdict';
import type { Rung } from '../core/readiness/ladder';
import { asksForSettings, type ActionKey } from './action-key';
import { carrierOf, NONE_REPORTED } from './facets';
import type { ReportRow } from './report-row';

const LEARN: Readonly<Record<Rung, { readonly title: string; readonly next: string }>> = {
  enrolled: {
    title: 'Find out whether phones are enrolled',
    next: 'The MDM gives a state Muster does not know; look the phone up in its console.',
  },
  reporting: {
    title: 'Find out when phones were last seen',
    next: 'The MDM gives no time of last contact; ask for a device check-in.',
  },
  os: {
    title: 'Find out which OS phones run',
    next: 'The version is missing or not readable; ask for an inventory update.',
  },
  patch: {
    title: 'Find out the security patch level',
    next: 'The MDM gives no patch level for these phones; ask for an inventory update.',
  },
  app: {
    title: 'Make the messages app visible',
    next: 'Collect the app’s version for managed apps, or ask users to report it.',
  },
  channel: {
    title: 'Find out the release channel',
    next: 'The version’s name does not tell its track; read it from the app assignment.',
  },
  'rcs-allowed': {
    title: 'State whether our profiles allow RCS',
    next: 'No inventory shows it for certain. Check restrictions and managed configurations, then say so in the policy with evidence and date.',
  },
  carrier: {
    title: 'Find out what the carrier supports',
    next: 'Ask the carrier, then record answer, evidence and date in the policy.',
  },
  'key-present': {
    title: 'Find out whether phones have a key',
    next: 'The phone’s number is not known, so no key can be looked up.',
  },
  'key-attested': {
    title: 'Find out whether keys are attested',
    next: 'Open the companion app on the phone to send a fresh attestation.',
  },
  ready: { title: 'Settle open questions', next: 'Open the phone’s row to see which rule has no answer.' },
};

/** How to find out what this rule could not see. */
export function learnFor(row: ReportRow, rule: RuleResult): ActionKey {
  const { rung } = rule;
  const base = { kind: 'learn', rung, next: LEARN[rung].next } as const;
  if (rung === 'carrier' && asksForSettings(rule)) {
    return {
      ...base,
      id: 'learn:carrier-settings',
      owner: 'Help desk',
      title: 'Find out the carrier settings of phones that do not show them',
      next: 'Read them on the phone: Settings › General › About › Carrier.',
    };
  }
  if (rung === 'carrier') {
    const carrier = carrierOf(row);
    return carrier === NONE_REPORTED
      ? {
          ...base,
          id: 'learn:carrier',
          owner: 'Help desk',
          title: 'Find the carrier of phones that report none',
          next: 'No MDM field names the carrier; take it from the phone contract.',
        }
      : {
          ...base,
          id: `learn:carrier:${carrier}`,
          owner: 'Carrier',
          title: `Ask ${carrier} whether encrypted RCS is on`,
        };
  }
  if (rule.rule === 'os.integrity') {
    return {
      ...base,
      id: 'learn:integrity',
      owner: 'MDM team',
      title: 'Find out whether phones are jailbroken or rooted',
      next: 'The MDM does not say so for these phones: ask for an inventory update, or settle it in the policy.',
    };
  }
  if (rule.rule === 'channel.os-beta') {
    return {
      ...base,
      id: 'learn:os-build',
      owner: 'MDM team',
      title: 'Find out the build of iOS',
      next: 'Only the build tells betas from releases, and it is missing or unknown: ask for an inventory update.',
    };
  }
  // An app list that cannot be seen leaves minimum and track open at once: one question, not two.
  const seesAllApps = row.device.apps !== null && row.device.answeredApps === undefined;
  if (rung === 'app' || (rung === 'channel' && !seesAllApps)) {
    const { mode } = row.device.management;
    return mode === 'work-profile' || mode === 'corporate-work-profile'
      ? {
          ...base,
          id: 'learn:app:work-profile',
          owner: 'Help desk',
          title: `${LEARN.app.title} on work-profile phones`,
          next: 'The personal side is closed to every MDM. Ask the user, or accept “unknown” in the policy.',
        }
      : { ...base, id: 'learn:app', owner: 'MDM team', title: LEARN.app.title, next: LEARN.app.next };
  }
  return { ...base, id: `learn:${rung}`, owner: 'MDM team', title: LEARN[rung].title };
}
