/** Half of a surrogate pair: text that has no UTF-8 form, so that what is read back would not be what was written. */
export const HALF_PAIR = /\p{Surrogate}/u;
