/** Phone numbers in a report are personal data that most readers do not need: the last two digits tell lines apart. */

/** `+442079460017` becomes `+••••••••••17`; null stays null. */
export function maskPhone(phone: string | null): string | null {
  if (phone === null) return null;
  const digits = phone.replace(/\D/g, '');
  if (digits.length <= 2) return '•'.repeat(digits.length);
  return `${phone.startsWith('+') ? '+' : ''}${'•'.repeat(digits.length - 2)}${digits.slice(-2)}`;
}
