import fc from 'fast-check';
import { peekNextLink } from '../../../../connectors/intune/device-list';

const page = (text: string): Buffer => Buffer.from(text);
const LINK = 'https://graph.example/v1.0/deviceManagement/managedDevices?$skiptoken=abc';

describe('the next link in the bytes of a page', () => {
  test.each<[string, string, string | null]>([
    ['before the rows', `{"@odata.nextLink":"${LINK}","value":[]}`, LINK],
    ['after the rows', `{"value":[{"id":"1"}],"@odata.nextLink":"${LINK}"}`, LINK],
    ['with escapes', '{"@odata.nextLink":"https://graph.example/\\u0026\\/x","value":[]}', 'https://graph.example/&/x'],
    ['with an escaped quote waits for the whole page', '{"@odata.nextLink":"a\\"b","value":[]}', null],
    ['absent', '{"value":[]}', null],
    ['empty', '{"@odata.nextLink":"","value":[]}', null],
    ['cut', '{"value":[],"@odata.nextLink":"https://graph.exa', null],
    ['of an expanded property', '{"value":[{"apps@odata.nextLink":"https://graph.example/apps"}]}', null],
    ['no JSON at all', '<html>@odata.nextLink</html>', null],
    ['longer than any link', `{"@odata.nextLink":"${'x'.repeat(30_000)}"}`, null],
  ])('%s', (_, text, expected) => {
    expect(peekNextLink(page(text))).toBe(expected);
  });

  test('is what parsing the page gives, whatever the device names say', () => {
    fc.assert(
      fc.property(fc.webUrl(), fc.array(fc.oneof(fc.string(), fc.constant('"@odata.nextLink":"x"'))), (link, names) => {
        const body = page(
          JSON.stringify({ value: names.map((deviceName) => ({ deviceName })), '@odata.nextLink': link }),
        );
        expect(peekNextLink(body)).toBe(link);
      }),
    );
  });
});
