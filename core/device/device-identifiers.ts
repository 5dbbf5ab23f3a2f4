/** Cleans what vendors put where an identifier belongs. Placeholders and masked values become null: they must never join. */

const PLACEHOLDER =
  /^(?:not available|not applicable|n\/a|na|none|null|unknown|undefined|-|--|-1|0123456789abcdef|default string|system serial number|to be filled by o\.e\.m\.)$/i;
const ONE_CHARACTER = /^(.)\1*$/;
/** A zero GUID stands for "nobody" (facts/intune-graph.md §1.4), an Apple UDID of zeros for "withheld". */
const ZEROS = /^[0-]+$/;

/** Trims and strips NUL characters (facts/workspace-one.md §2.5); blank becomes null. */
export function cleanText(text: string | null | undefined): string | null {
  if (text === null || text === undefined || text === '') return null;
  const code = text.charCodeAt(0);
  const lastCode = text.charCodeAt(text.length - 1);
  const plain = code > 32 && lastCode > 32 && !text.includes('\u0000');
  if (plain) return text;
  const cleaned = text.replaceAll('\u0000', '').trim();
  return cleaned === '' ? null : cleaned;
}

/** A serial number or UDID; `0`, placeholders, masked and all-equal values are none (facts/intune-graph.md §1.4). */
export function cleanSerial(text: string | null | undefined): string | null {
  const cleaned = cleanText(text);
  if (cleaned === null || cleaned.length < 2 || cleaned.includes('*')) return null;
  return PLACEHOLDER.test(cleaned) || ONE_CHARACTER.test(cleaned) || ZEROS.test(cleaned) ? null : cleaned;
}

/** An IMEI or MEID in decimal: digits only, 14 to 16 of them. `0`, blanks, masked and all-equal values are none. */
export function cleanImei(text: string | null | undefined): string | null {
  if (text === null || text === undefined || text === '') return null;
  // Letters are a hexadecimal MEID, a placeholder or a number in exponent form (3.5E+14): none is an IMEI.
  if (text.includes('*') || /[A-Za-z]/.test(text)) return null;
  const digits = text.replace(/\D/g, '');
  return digits.length < 14 || digits.length > 16 || ONE_CHARACTER.test(digits) ? null : digits;
}

/** An ICCID: 18 to 20 digits beginning with 89 (ITU-T E.118); a trailing F filler is dropped. */
export function cleanIccid(text: string | null | undefined): string | null {
  if (text === null || text === undefined || text === '' || text.includes('*')) return null;
  const cleaned = text.replace(/[\s-]/g, '').replace(/F$/i, '');
  return /^89\d{16,18}$/.test(cleaned) ? cleaned : null;
}

/** An eSIM's EID: 32 digits beginning with 89. */
export function cleanEid(text: string | null | undefined): string | null {
  if (text === null || text === undefined || text === '' || text.includes('*')) return null;
  const cleaned = text.replace(/[\s-]/g, '');
  return /^89\d{30}$/.test(cleaned) ? cleaned : null;
}

/** A GUID or other directory id in lower case and without braces; the zero GUID and placeholders are none. */
export function cleanGuid(text: string | null | undefined): string | null {
  const cleaned = cleanText(text)
    ?.toLowerCase()
    .replace(/^\{(.*)\}$/, '$1');
  if (cleaned === undefined || cleaned === '' || cleaned.includes('*')) return null;
  return ZEROS.test(cleaned) || PLACEHOLDER.test(cleaned) ? null : cleaned;
}
