/**
 * HTML that is safe by construction: everything put into the template `html` is escaped unless it is HTML that was made
 * the same way. Device names, users and reasons come from outside and may hold anything.
 */

export class SafeHtml {
  constructor(readonly text: string) {}
}

export type HtmlValue = SafeHtml | string | number | null | false | readonly HtmlValue[];

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Safe as text and inside a quoted attribute. Control characters, which HTML forbids, become U+FFFD. */
export function escapeHtml(text: string): string {
  return (
    text
      .replace(/[&<>"']/g, (character) => ESCAPES[character] ?? character)
      // eslint-disable-next-line no-control-regex -- these are exactly the characters that must not pass
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/g, '\ufffd')
  );
}

function render(value: HtmlValue): string {
  if (value === null || value === false) return '';
  if (value instanceof SafeHtml) return value.text;
  if (typeof value === 'string') return escapeHtml(value);
  if (typeof value === 'number') return value.toString();
  return value.map(render).join('');
}

/** Template tag: `html\`<b>${name}</b>\``. */
export function html(parts: TemplateStringsArray, ...values: readonly HtmlValue[]): SafeHtml {
  return new SafeHtml(parts.map((part, index) => part + render(values[index] ?? null)).join(''));
}

/** Text that is known to be HTML, style or script of our own. Never for anything that came from outside. */
export function trusted(text: string): SafeHtml {
  return new SafeHtml(text);
}

/**
 * JSON for a script element: `<` cannot end the element or open a comment, and the two line separators that JSON allows
 * and scripts once did not are escaped too.
 */
export function jsonForScript(value: unknown): SafeHtml {
  const text = JSON.stringify(value)
    .replace(/</g, '\\u003c')
    .replace(/>/g, '\\u003e')
    .replace(/\u2028/g, '\\u2028')
    .replace(/\u2029/g, '\\u2029');
  return new SafeHtml(text);
}
