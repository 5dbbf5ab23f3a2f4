/**
 * Takes out of a text what must never be read in a log, a span or an error: tokens, secrets, signed addresses, and the
 * numbers that name a person's phone. Applied in one place, {@link makeTelemetry}, and to every error that leaves a function.
 */

const PATTERNS: readonly (readonly [RegExp, string])[] = [
  // A JSON Web Token, whole or cut off.
  [/\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){0,2}/g, '[token]'],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, '$1 [token]'],
  // Parts of a signed address or a connection string, and form or JSON fields of a token request.
  [/\b(sig|se|st|skoid|sktid|code)=[^&\s"']+/gi, '$1=[redacted]'],
  [/\b(AccountKey|SharedAccessSignature|SharedAccessKey)=[^;\s"']+/gi, '$1=[redacted]'],
  [
    /\b((?:client_?|tenant_?|access_?|refresh_?|id_?|api_?)?(?:secret|password|token|assertion|key|code))("?\s*[=:]\s*"?)(?!\[)[^\s"'&,;}]{4,}/gi,
    '$1$2[redacted]',
  ],
  // ICCID: 19 to 20 digits, always 89 first (ITU-T E.118).
  [/(?<![\dA-Za-z.])89\d{16,18}(?!\d)/g, '[iccid]'],
  // IMEI and IMSI: 14 to 16 digits in a row.
  [/(?<![\dA-Za-z.])\d{14,16}(?!\d)/g, '[imei]'],
  // A number with its country code, written with or without gaps.
  [/\+\d[\d ().-]{5,18}\d/g, '[phone]'],
  // Any other run of digits as long as a national number, unless it is part of a word, a version or an id.
  [/(?<![\dA-Za-z._:|/-])\d{3}[ .-]?\d{3}[ .-]?\d{4}(?![\dA-Za-z._:|/-])/g, '[phone]'],
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
