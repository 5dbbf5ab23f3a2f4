/** Numbers as people read them: `1 204`, `43 %`. */

/** Groups of three, parted by a no-break space, so that a number never breaks over two lines. */
export function formatCount(value: number): string {
  return value.toString().replace(/\B(?=(\d{3})+(?!\d))/g, '\u00a0');
}

/**
 * Share in percent. Never rounds a remainder away: what is not none is not `0 %`, what is not all is not `100 %`.
 * A share of nothing is a dash.
 */
export function formatShare(part: number, whole: number): string {
  if (whole <= 0) return '–';
  const percent = (part / whole) * 100;
  if (part > 0 && percent < 1) return '<\u202f1\u00a0%';
  if (part < whole && percent > 99) return '>\u202f99\u00a0%';
  return `${Math.round(percent)}\u00a0%`;
}

/** `1 phone`, `1 204 phones`. */
export function countOf(value: number, one: string, many: string): string {
  return `${formatCount(value)}\u00a0${value === 1 ? one : many}`;
}
