/** How Jamf Pro writes dates, identifiers and numbers. */
import { isoOf } from '../fleet/iso-time';

/**
 * A date as the server prints it: trailing zeros of the fraction are dropped, so that a tenth of a second becomes
 * `…26.6Z`, a form which the server's own filter refuses (facts/jamf-pro.md §2.3). Null for "never".
 */
export function jamfDate(ms: number): string | null {
  if (ms === 0) return null;
  const text = isoOf(ms);
  return ms % 10 !== 0 ? text : text.replace(/\.?0+Z$/, 'Z');
}

/** `35 882334 083223 0`, as examples of the vendor print it. Null for "none". */
export function spacedImei(imei: string): string | null {
  return imei === '' ? null : `${imei.slice(0, 2)} ${imei.slice(2, 8)} ${imei.slice(8, 14)} ${imei.slice(14)}`;
}

/** ICCIDs come in groups of four. */
export function spacedIccid(iccid: string): string | null {
  if (iccid === '') return null;
  return `${iccid.slice(0, 4)} ${iccid.slice(4, 8)} ${iccid.slice(8, 12)} ${iccid.slice(12, 16)} ${iccid.slice(16)}`;
}

/** `+44 7700 900123`: the single-SIM view prints numbers with spaces. */
export function spacedNumber(phone: string): string {
  return phone.startsWith('+44')
    ? `+44 ${phone.slice(3, 7)} ${phone.slice(7)}`
    : `+1 ${phone.slice(2, 5)}-${phone.slice(5, 8)}-${phone.slice(8)}`;
}

/** A locally administered address made of the ordinal. */
export function macOf(ordinal: number, last: string): string {
  const hex = ordinal.toString(16).padStart(6, '0');
  return `02:00:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}:${last}`;
}

/** Jamf says null where others say nothing. */
export function orNull(text: string): string | null {
  return text === '' ? null : text;
}
