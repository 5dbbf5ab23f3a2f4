/** Which faults a request meets: the rules of a fault file with their memory of calls and applications. */
import { isContentFault, matchesRoute } from './fault';
import type { ContentFault, Fault, FaultRule, TransportFault } from './fault';
import { chance } from './seeded';

/** A transport fault that happens beside the answer; all that match take place. */
export type SideEffect = Extract<TransportFault, { kind: 'slow' | 'token-dies' | 'fleet-remove' | 'fleet-add' }>;
/** A transport fault that spoils the answer; the first that matches wins. */
export type AnswerFault = Exclude<TransportFault, SideEffect>;

export interface PlannedFaults {
  readonly sideEffects: readonly SideEffect[];
  readonly answer: AnswerFault | null;
  readonly content: readonly ContentFault[];
}

export interface FaultScript {
  /** Counts the call and decides. @param page 0-based, null where the route has no pages. */
  readonly plan: (route: string, page: number | null) => PlannedFaults;
  readonly rules: readonly FaultRule[];
  /** Other rules from now on, with nothing counted and the time of conditions at zero. */
  readonly replace: (rules: readonly FaultRule[]) => void;
}

export interface FaultScriptOptions {
  readonly rules: readonly FaultRule[];
  readonly seed: number;
  readonly clock: { now(): number };
}

const NO_FAULTS: PlannedFaults = { sideEffects: [], answer: null, content: [] };

interface RuleState {
  readonly rule: FaultRule;
  readonly index: number;
  readonly times: number;
  calls: number;
  applied: number;
}

export function makeFaultScript(options: FaultScriptOptions): FaultScript {
  const { seed, clock } = options;
  let rules = options.rules;
  let states = rules.map(newState);
  let startedAt = clock.now();

  const holds = (state: RuleState, page: number | null): boolean => {
    const { when } = state.rule;
    const seconds = (clock.now() - startedAt) / 1000;
    if (state.applied >= state.times) return false;
    if (when.page !== undefined && (page === null || !when.page.includes(page))) return false;
    if (when.call !== undefined && !when.call.includes(state.calls)) return false;
    if (when.afterSeconds !== undefined && seconds < when.afterSeconds) return false;
    if (when.untilSeconds !== undefined && seconds >= when.untilSeconds) return false;
    return when.share === undefined || chance(seed, state.index, state.calls) < when.share;
  };

  return {
    get rules() {
      return rules;
    },
    replace(next) {
      rules = next;
      states = rules.map(newState);
      startedAt = clock.now();
    },
    plan(route, page) {
      if (states.length === 0) return NO_FAULTS;
      const sideEffects: SideEffect[] = [];
      const content: ContentFault[] = [];
      let answer: AnswerFault | null = null;
      for (const state of states) {
        if (!matchesRoute(state.rule.route, route)) continue;
        state.calls += 1;
        const { fault } = state.rule;
        if (!holds(state, page)) continue;
        if (isContentFault(fault)) content.push(fault);
        else if (isSideEffect(fault)) sideEffects.push(fault);
        // A rule that lost against an earlier one has not been applied and keeps its turn.
        else if (answer === null) answer = fault;
        else continue;
        state.applied += 1;
      }
      return { sideEffects, answer, content };
    },
  };
}

function newState(rule: FaultRule, index: number): RuleState {
  return { rule, index, times: rule.when.times ?? usualTimes(rule.fault), calls: 0, applied: 0 };
}

/** Events happen once unless told; states of the server last. */
function usualTimes(fault: Fault): number {
  return fault.kind === 'token-dies' || fault.kind === 'fleet-remove' || fault.kind === 'fleet-add' ? 1 : Infinity;
}

function isSideEffect(fault: TransportFault): fault is SideEffect {
  return (
    fault.kind === 'slow' || fault.kind === 'token-dies' || fault.kind === 'fleet-remove' || fault.kind === 'fleet-add'
  );
}
