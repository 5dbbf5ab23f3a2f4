/** The ladder as a funnel: how many phones are still in after each rung, and how many stop there. */
import type { Verdict } from '../core/policy/verdict';
import type { Rung } from '../core/readiness/ladder';
import { isReporting } from './facets';
import { CLIMB, standingIndex, UNDETERMINED_INDEX } from './standings';

export interface FunnelStep {
  readonly rung: Rung;
  /** Phones that fail neither this rung nor one before it; those without a final answer are among them. */
  readonly past: number;
  /** Of `past`, phones that reported within the days of the policy. */
  readonly pastReporting: number;
  /** Of `past`, phones that will end as undetermined and whose first open question is at this rung or before. */
  readonly openQuestions: number;
  /** Phones whose first failing rung this is. */
  readonly stopHere: number;
  /** Phones that fail this rung, first or not. */
  readonly failAtAll: number;
  /** False where no rule of the policy gave any phone an answer on this rung: passing it then proves nothing. */
  readonly judged: boolean;
}

export interface Funnel {
  add(verdict: Verdict): void;
  finish(): readonly FunnelStep[];
}

export function makeFunnel(): Funnel {
  const zeros = (): Uint32Array => new Uint32Array(CLIMB.length);
  const stops = zeros();
  const stopsReporting = zeros();
  const fails = zeros();
  const questions = zeros();
  const judged = new Set<Rung>();
  let phones = 0;
  let reporting = 0;

  const bump = (counts: Uint32Array, rung: Rung | undefined): void => {
    const index = rung === undefined ? -1 : standingIndex(rung);
    if (index >= 0 && index < counts.length) counts[index] = (counts[index] ?? 0) + 1;
  };

  return {
    add(verdict) {
      const reports = isReporting(verdict);
      phones += 1;
      if (reports) reporting += 1;
      const { standing } = verdict;
      const index = standingIndex(standing);
      if (index === UNDETERMINED_INDEX) bump(questions, verdict.unknown[0]);
      else if (standing !== null && standing !== 'undetermined') {
        bump(stops, standing);
        if (reports) bump(stopsReporting, standing);
      }
      for (const rung of verdict.failing) bump(fails, rung);
      // Once every rung has been seen to be judged there is nothing left to learn here.
      if (judged.size < CLIMB.length) {
        for (const rule of verdict.rules) if (rule.answer !== 'not-applicable') judged.add(rule.rung);
      }
    },
    finish() {
      let past = phones;
      let pastReporting = reporting;
      let openQuestions = 0;
      return CLIMB.map((rung, index) => {
        past -= stops[index] ?? 0;
        pastReporting -= stopsReporting[index] ?? 0;
        openQuestions += questions[index] ?? 0;
        return {
          rung,
          past,
          pastReporting,
          openQuestions,
          stopHere: stops[index] ?? 0,
          failAtAll: fails[index] ?? 0,
          judged: judged.has(rung),
        };
      });
    },
  };
}
