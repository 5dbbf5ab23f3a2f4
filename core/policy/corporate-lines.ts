/** Which lines of a phone are the company's: only they decide where the phone stands. */
import type { Line } from '../device/managed-device';
import { plainName } from './carrier-table';
import type { CarrierTable } from './carrier-table';
import type { EffectivePolicy } from './schema';

/** `maybe`: the policy goes by the carrier, and the MDM does not show this line's. */
export type CorporateLine = 'yes' | 'no' | 'maybe';

export function corporateLines(
  { corporate }: EffectivePolicy['lines'],
  carriers: CarrierTable,
): (line: Line) => CorporateLine {
  if (corporate === 'any') return () => 'yes';
  const slots = corporate.slots === undefined ? null : new Set(corporate.slots);
  const names = corporate.carriers === undefined ? null : new Set(corporate.carriers.map(plainName));
  return (line) => {
    if (slots !== null && !slots.has(line.slot)) return 'no';
    if (names === null) return 'yes';
    const { carrier } = carriers.find(line);
    if (carrier !== null && names.has(plainName(carrier.name))) return 'yes';
    if (line.carrier === null) return carrier === null ? 'maybe' : 'no';
    return names.has(plainName(line.carrier)) ? 'yes' : 'no';
  };
}

/** Slots of the lines that count: the company's, else those that may be; none for a phone with private lines only. */
export function countedLines(lines: readonly Line[], isCorporate: (line: Line) => CorporateLine): readonly number[] {
  const sure: number[] = [];
  const maybe: number[] = [];
  for (const line of lines) {
    const answer = isCorporate(line);
    if (answer === 'yes') sure.push(line.slot);
    else if (answer === 'maybe') maybe.push(line.slot);
  }
  return sure.length > 0 ? sure : maybe;
}
