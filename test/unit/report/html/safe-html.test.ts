import fc from 'fast-check';
import { escapeHtml, html, jsonForScript } from '../../../../report/html/safe-html';

describe('the html template', () => {
  test('escapes what is put in, in text and in attributes', () => {
    const evil = `"><script>alert('x')</script>&`;
    expect(html`<a title="${evil}">${evil}</a>`.text).not.toMatch(/<script|"">|'x'/);
  });

  test('keeps html that was made the same way, and lists of it', () => {
    const items = [1, 2].map((n) => html`<li>${n}</li>`);
    expect(html`<b>${items}</b>`.text).toBe('<b><li>1</li><li>2</li></b>');
  });

  test('prints nothing for null and false, and zero for zero', () => {
    expect(html`${null}${false}${0}`.text).toBe('0');
  });

  test('never lets markup or a character that HTML forbids through', () => {
    const isForbidden = (character: string): boolean => {
      const code = character.charCodeAt(0);
      return '<>"\''.includes(character) || (code < 32 && ![9, 10, 13].includes(code)) || code === 127;
    };
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) =>
        expect(Array.from(escapeHtml(text)).filter(isForbidden)).toEqual([]),
      ),
    );
  });
});

describe('JSON inside a script element', () => {
  test.each(['</script><script>alert(1)</script>', '<!--', ']]>', 'a\u2028b\u2029c', '\u0000'])(
    '%j cannot end it',
    (text) => {
      const embedded = jsonForScript({ text }).text;
      expect(embedded).not.toMatch(/[<>\u2028\u2029]/);
      expect(JSON.parse(embedded)).toEqual({ text });
    },
  );

  test('reads back as it was', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) =>
        expect(JSON.parse(jsonForScript(value).text)).toEqual(JSON.parse(JSON.stringify(value))),
      ),
    );
  });
});
