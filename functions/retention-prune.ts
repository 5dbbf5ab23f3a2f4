import { prune } from '../core/sweep/prune';
import { registerTimer } from './timer/register-timer';

/** Removes runs, records of phones that are gone, and reports that are older than the configured days. */
export function registerRetentionPrune(): void {
  registerTimer({
    name: 'retention-prune',
    setting: 'PRUNE_SCHEDULE',
    async handle({ ports, entities, reports, config }) {
      await prune(ports, entities, reports, config.retention);
    },
  });
}
