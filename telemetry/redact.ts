/**
 * Takes out of a text what must never be read in a log, a span or an error: tokens, secrets, signed addresses, and the
 * numbers that name a person's phone. Applied in one place, {@link makeTelemetry}, and to every error that leaves a function.
 */

/** Names that stand before a secret. `key` and `code` alone are words, too: only an equals sign or a quote makes them names. */
const SECRET_NAME = String.raw`\b(?:[A-Za-z_-]*(?:secret|password|token|assertion)|(?:client|tenant|access|account|api|functions|private|shared)[_-]?(?:key|code))`;
const NAME = String.raw`(?:${SECRET_NAME}|\b(?:key|code))`;

/** Not in the middle of a word, a version, an address or an id. */
const ALONE = String.raw`(?<![\dA-Za-z._:|/-])`;
const ENDED = String.raw`(?![\dA-Za-z_:|/-]|\.\d)`;
/** Serial numbers may follow a colon or a slash, but no letter and no point. */
const NUMBER = String.raw`(?<![\dA-Za-z.])`;

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // A JSON Web Token, whole or cut off.
  [/\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,2}/g, '[token]'],
  // A word of small letters after it is no token but a word.
  [/\b([Bb]earer|BEARER|[Bb]asic|BASIC)\s+(?=[a-z]*[A-Z0-9._~+/=-]|[a-z]{20})[A-Za-z0-9._~+/=-]{6,}/g, '$1 [token]'],
  [/\b((?:set-)?cookie"?:\s*"?)(?!\[)[^"\r\n]+/gi, '$1[redacted]'],
  // Parts of a signed address or a connection string, and form or JSON fields of a token request.
  [/\b(sig|se|st|skoid|sktid|code)=[^&\s"']+/gi, '$1=[redacted]'],
  [/\b(AccountKey|SharedAccessSignature|SharedAccessKey)=[^;\s"']+/gi, '$1=[redacted]'],
  [new RegExp(String.raw`(${NAME}"?\s*[:=]\s*")(?!\[)(?:[^"\\]|\\.)+`, 'gi'), '$1[redacted]'],
  // JSON inside of JSON.
  [new RegExp(String.raw`(${NAME}\\+"\s*:\s*\\+")(?!\[)[^"\\]+`, 'gi'), '$1[redacted]'],
  [new RegExp(String.raw`(${NAME}\s*=\s*'?|${SECRET_NAME}"?\s*:\s*'?)(?!\[)[^\s"'&,;}\\]{4,}`, 'gi'), '$1[redacted]'],
  // EID: 32 digits, and ICCID: 19 to 20, always 89 first (ITU-T E.118).
  [new RegExp(String.raw`${NUMBER}89\d{30}(?!\d)`, 'g'), '[eid]'],
  [new RegExp(String.raw`${NUMBER}89(?:\d{16,18}(?!\d)|\d{2}(?:[ -]\d{4}){3}[ -]?\d{2,4}(?!\d))`, 'g'), '[iccid]'],
  // IMEI and IMSI: 14 to 16 digits in a row, or in the groups of an IMEI.
  [new RegExp(String.raw`${NUMBER}(?:\d{14,16}|\d{2}[ -]\d{6}[ -]\d{6}(?:[ -]\d{1,2})?)(?!\d)`, 'g'), '[imei]'],
  // A number with its country code, written with or without gaps.
  [/(?:\+|%2B)\d[\d ().-]{5,18}\d/gi, '[phone]'],
  // What is said to be a number.
  [/\b((?:phone|phoneNumber|phoneRaw|msisdn|tel)"?\s*[:=]?\s*"?)\(?\d[\d ().-]{5,18}\d/gi, '$1[phone]'],
  // Any other run of digits as long as a national number.
  [new RegExp(String.raw`${ALONE}(?:\(\d{3}\) ?|\d{3}[ .-]?)\d{3}[ .-]?\d{4}${ENDED}`, 'g'), '[phone]'],
  [new RegExp(String.raw`${ALONE}0\d{1,5}[ /-]\d{5,10}${ENDED}`, 'g'), '[phone]'],
  // Thirteen digits with 1 first are a time; a number that begins so has eleven.
  [new RegExp(String.raw`${ALONE}(?:\d{11,12}|[02-9]\d{12})${ENDED}`, 'g'), '[phone]'],
];

/** Names of fields whose values are never shown, whatever they hold. */
const SECRET_FIELD = /(secret|password|token|authorization|cookie|assertion|signature|connectionstring|accountkey)$/i;

const LONGEST = 2000;

/** @returns the text without what must not be shown, at most 2,000 characters. */
export function redact(text: string): string {
  let shown = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  for (const [pattern, replacement] of PATTERNS) shown = shown.replace(pattern, replacement);
  return shown;
}

export type Fields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** The same for the fields of a record: strings are redacted, secret fields hidden, what is not known left out. */
export function redactFields(fields: Fields): Record<string, string | number | boolean | null> {
  const shown: Record<string, string | number | boolean | null> = {};
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (SECRET_FIELD.test(name)) shown[name] = '[redacted]';
    else shown[name] = typeof value === 'string' ? redact(value) : value;
  }
  return shown;
}

/** What may leave a function: the message and the name of an error, redacted; its cause and stack stay inside. */
export function redactedError(error: unknown): Error {
  const shown = new Error(redact(error instanceof Error ? error.message : String(error)));
  shown.name = error instanceof Error ? error.name : 'Error';
  return shown;
}
