/** The words for facets and their values: for headings here and, as data, for the page's script. */
import type { Compliance } from '../../core/policy/verdict';
import { SEEN_CLASSES } from '../last-seen';
import type { ReportModel } from '../report-model';
import type { DuplicateKind } from '../report-row';
import { standingClause, standingLabel, STANDINGS } from '../standings';

export const FACET_LABELS: Readonly<Record<string, string>> = {
  kind: 'Kind',
  standing: 'Stands on',
  fails: 'Fails',
  unknown: 'Unknown',
  past: 'Past',
  outcome: 'Outcome',
  compliance: 'Compliance',
  seen: 'Last seen',
  flag: 'Marked',
  action: 'To do',
  'moved-by': 'Move up by',
  'ready-by': 'Become ready by',
  duplicate: 'Duplicate',
  platform: 'Platform',
  os: 'OS',
  patch: 'Patch level',
  app: 'App',
  model: 'Model',
  carrier: 'Carrier',
  mode: 'Management',
  connector: 'Connector',
};

export const COMPLIANCE_LABELS: Readonly<Record<Compliance, string>> = {
  compliant: 'Compliant',
  'in-grace': 'In grace period',
  excepted: 'Excepted',
  noncompliant: 'Not compliant',
  unknown: 'Unknown',
};

export const DUPLICATE_LABELS: Readonly<Record<DuplicateKind, string>> = {
  're-enrollment': 'Enrolled again in the same MDM',
  'cross-mdm': 'Enrolled in two MDMs',
};

/** Values whose words differ from the values themselves, by facet. */
export function valueLabels(model: ReportModel): Readonly<Record<string, Readonly<Record<string, string>>>> {
  const actions = Object.fromEntries([...model.fixFirst, ...model.findOut].map(({ id, title }) => [id, title]));
  return {
    standing: Object.fromEntries(STANDINGS.map((standing) => [standing, standingLabel(standing)])),
    outcome: { ready: 'Ready (unconfirmed)', blocked: 'Blocked', undetermined: 'Undetermined' },
    kind: { phone: 'Phone', duplicate: 'Further record of a phone', 'not-judged': 'Not judged' },
    compliance: COMPLIANCE_LABELS,
    duplicate: DUPLICATE_LABELS,
    flag: {
      'cannot-update': 'Cannot be updated far enough',
      reporting: 'Reporting',
      jailbroken: 'Jailbroken or rooted',
    },
    seen: Object.fromEntries(SEEN_CLASSES.map(({ id, label }) => [id, label])),
    action: actions,
    'moved-by': actions,
    'ready-by': actions,
    clause: Object.fromEntries(STANDINGS.map((standing) => [standing, standingClause(standing)])),
  };
}
