/** The only source of time for the domain: milliseconds since the epoch. */
export interface Clock {
  now(): number;
}

/** The only source of chance for the domain. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** An identifier that nobody can guess, 26 characters of `0-9 a-z`, ordered by time of creation. */
  id(): string;
}
