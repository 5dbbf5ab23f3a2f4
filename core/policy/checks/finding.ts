/** Something in a policy that fits the schema and is yet wrong, or soon will be. */
export interface PolicyFinding {
  /** `error`: the policy cannot mean this. `warning`: it works, but not as its writer may think. */
  readonly severity: 'error' | 'warning';
  /** Dotted path inside the file. */
  readonly path: string;
  readonly message: string;
}

export function warning(path: string, message: string): PolicyFinding {
  return { severity: 'warning', path, message };
}

export function problem(path: string, message: string): PolicyFinding {
  return { severity: 'error', path, message };
}
