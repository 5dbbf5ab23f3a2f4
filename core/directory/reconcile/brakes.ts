/** Holds what is too much at once: a mistake of ours, of an MDM or of an intruder looks like many actions. */
import type { Action, HeldAction, PlanContext } from './plan';
import type { ActionKind } from './settings';
import { ACTION_KINDS } from './settings';

export interface Braked {
  readonly actions: readonly Action[];
  readonly held: readonly HeldAction[];
}

type Braking = Pick<PlanContext, 'connectors' | 'liveEntries' | 'recent' | 'settings' | 'runState'>;

/**
 * Count and share hold all of a kind, since then the drift itself is in doubt. The rate only puts off.
 * @param unlisted actions that are not in the list: they count, and are held.
 */
export function applyBrakes(
  actions: readonly Action[],
  unlisted: Readonly<Record<ActionKind, number>>,
  context: Braking,
): Braked & { readonly tripped: readonly string[] } {
  const released: Action[] = [];
  const held: HeldAction[] = [];
  const tripped: string[] = [];
  for (const kind of ACTION_KINDS) {
    const free: Action[] = [];
    for (const action of actions) {
      if (action.kind !== kind) continue;
      const brake = vanishBrake(action, context);
      if (brake === null) free.push(action);
      else held.push({ ...action, brake });
    }
    const brake = bulkBrake(kind, free.length + unlisted[kind], unlisted[kind], context);
    if (brake !== null) tripped.push(brake);
    const room = Math.max(0, Math.floor(context.settings.brakes[kind].perHour) - context.recent[kind]);
    free.forEach((action, at) => {
      if (brake !== null) held.push({ ...action, brake });
      else if (at >= room) held.push({ ...action, brake: `rate:${kind}` });
      else released.push(action);
    });
  }
  return { actions: released, held, tripped };
}

/** Where one connector's fleet vanished, the run was not complete: revocations of the others wait with it. */
function vanishBrake({ connectorId, kind }: Action, { connectors, runState }: Braking): string | null {
  if (connectors.get(connectorId)?.vanishHeld === true) return `vanish:${connectorId}`;
  if (kind !== 'revoke') return null;
  for (const [id, { vanishHeld }] of connectors) if (vanishHeld) return `vanish:${id}`;
  return runState === 'held' ? 'vanish' : null;
}

function bulkBrake(
  kind: ActionKind,
  wanted: number,
  unlisted: number,
  { settings, liveEntries }: Braking,
): string | null {
  const { count, share, minimum } = settings.brakes[kind];
  if (wanted > count || unlisted > 0) return `count:${kind}`;
  return wanted >= Math.max(1, minimum) && wanted > share * liveEntries ? `share:${kind}` : null;
}
