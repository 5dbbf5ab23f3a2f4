/** Horizontal bars as SVG: widths in attributes need no inline style, and printers keep the fill. */
import { html, type SafeHtml } from './safe-html';

export interface BarPart {
  readonly className: 'ready' | 'unsure' | 'blocked';
  readonly value: number;
}

/** Hidden from screen readers: the numbers stand beside every bar. */
export function bar(parts: readonly BarPart[], whole: number): SafeHtml {
  let x = 0;
  const shapes = parts
    .filter((part) => part.value > 0 && whole > 0)
    .map((part) => {
      const width = Math.min(100 - x, (part.value / whole) * 100);
      const shape = html`<rect class="${part.className}" x="${round(x)}%" width="${round(width)}%" height="100%" />`;
      x += width;
      return shape;
    });
  return html`<svg class="bar" aria-hidden="true" focusable="false">${shapes}</svg>`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
