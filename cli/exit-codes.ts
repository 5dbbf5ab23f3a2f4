/** Exit codes that scripts rely on. */
export const EXIT = {
  done: 0,
  unexpected: 1,
  badInput: 2,
  partial: 3,
  held: 4,
  found: 5,
} as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
