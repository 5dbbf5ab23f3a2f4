/** Figures that lead to their list. The link's count is also how the list knows how many phones it stands for. */
import { formatCount } from '../format-number';
import { html, type SafeHtml } from './safe-html';

/** Facet names and values, e.g. `{ carrier: 'Example Mobile', standing: 'carrier' }`; no filter at all means every phone. */
export type Filter = Readonly<Record<string, string>>;

export function listHref(filter: Filter): string {
  const query = new URLSearchParams(Object.entries(filter).toSorted(([a], [b]) => (a < b ? -1 : 1))).toString();
  return query === '' ? '#devices' : `#devices?${query}`;
}

/** A count as a link to the phones behind it; zero has none to show and is plain text. */
export function figure(count: number, filter: Filter): SafeHtml {
  if (count === 0) return html`<span class="zero">0</span>`;
  return html`<a class="figure" href="${listHref(filter)}" data-count="${count}">${formatCount(count)}</a>`;
}
