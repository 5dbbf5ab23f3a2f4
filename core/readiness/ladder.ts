/** The readiness ladder: a phone stands on its first failing rung; every failing rung is kept. */
export const LADDER = [
  'enrolled',
  'reporting',
  'os',
  'patch',
  'app',
  'channel',
  'rcs-allowed',
  'carrier',
  'key-present',
  'key-attested',
  'ready',
] as const;

export type Rung = (typeof LADDER)[number];
