import { notApplicable } from './finding';
import type { PhoneRule } from './finding';

const NO_DIRECTORY = notApplicable('No key directory is configured.');

/** The rungs of the key directory; while none is configured they hold nobody back, and say so. */
export const keyPresent: PhoneRule = {
  id: 'key-present',
  rung: 'key-present',
  source: 'policy',
  judge: () => NO_DIRECTORY,
};

export const keyAttested: PhoneRule = {
  id: 'key-attested',
  rung: 'key-attested',
  source: 'policy',
  judge: () => NO_DIRECTORY,
};
