/** The state of the fleet in one sentence. */
import type { Standing } from '../core/policy/verdict';
import { countOf, formatCount } from './format-number';
import type { ReportCounts } from './fleet-counts';

interface Cause {
  readonly standings: readonly Standing[];
  readonly one: string;
  readonly many: string;
}

/** What phones wait for, in words; rungs that the same people settle are one cause. */
const CAUSES: readonly Cause[] = [
  { standings: ['carrier'], one: 'waits for its carrier', many: 'wait for a carrier' },
  { standings: ['os', 'patch', 'app', 'channel'], one: 'needs an update', many: 'need an update' },
  { standings: ['rcs-allowed'], one: 'has RCS blocked by us', many: 'have RCS blocked by us' },
  { standings: ['enrolled', 'reporting'], one: 'is out of contact', many: 'are out of contact' },
  { standings: ['key-present', 'key-attested'], one: 'lacks a proven key', many: 'lack a proven key' },
];

/** e.g. `1 204 of 3 000 phones are ready (unconfirmed); 812 wait for a carrier, 640 need an update.` */
export function headline(counts: ReportCounts): string {
  const { phones, ready, undetermined, byStanding } = counts;
  if (phones === 0) return 'No phones were read, so there is nothing to judge.';
  const clauses = CAUSES.map((cause) => ({
    cause,
    count: cause.standings.reduce((sum, standing) => sum + byStanding[standing], 0),
  }))
    .filter(({ count }) => count > 0)
    .toSorted((a, b) => b.count - a.count)
    .slice(0, 2)
    .map(({ cause, count }) => `${formatCount(count)}\u00a0${count === 1 ? cause.one : cause.many}`);
  if (undetermined > 0) clauses.push(`${formatCount(undetermined)}\u00a0cannot be judged yet`);
  const start =
    ready === phones
      ? `All ${countOf(phones, 'phone is', 'phones are')} ready (unconfirmed)`
      : `${ready === 0 ? 'None' : formatCount(ready)} of ${countOf(phones, 'phone', 'phones')} ${ready === 1 ? 'is' : 'are'} ready (unconfirmed)`;
  return clauses.length === 0 ? `${start}.` : `${start}; ${clauses.join(', ')}.`;
}
