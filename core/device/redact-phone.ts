/** A phone number for logs and screens: country and last two digits, the rest hidden. */
export function redactPhone(phone: string): string {
  const digits = phone.replace(/\D/g, '');
  if (digits.length < 6) return '…';
  const head = phone.startsWith('+') ? `+${digits.slice(0, 2)}` : '';
  return `${head}${'•'.repeat(Math.max(3, digits.length - (head === '' ? 2 : 4)))}${digits.slice(-2)}`;
}
