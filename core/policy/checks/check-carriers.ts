import { plainName, sixDigits } from '../carrier-table';
import type { CarrierPolicy } from '../schema';
import { problem, warning } from './finding';
import type { PolicyFinding } from './finding';

/** Claims without evidence, and lines that would fall to two carriers. */
export function checkCarriers(carriers: readonly CarrierPolicy[], now: number): PolicyFinding[] {
  const networks = new Map<string, string>();
  const names = new Map<string, string>();
  return carriers.flatMap((carrier, at) => {
    const path = `carriers[${at}]`;
    return [
      ...checkClaim(carrier, path, now),
      ...carrier.plmns.flatMap((plmn) => claim(networks, sixDigits(plmn), plmn, carrier.name, `${path}.plmns`)),
      ...[carrier.name, ...carrier.names].flatMap((name) =>
        claim(names, plainName(name), `"${name}"`, carrier.name, `${path}.names`),
      ),
    ];
  });
}

function checkClaim(carrier: CarrierPolicy, path: string, now: number): PolicyFinding[] {
  const { name, endToEndEncryption, evidence, date, confirmed } = carrier;
  const findings: PolicyFinding[] = [];
  if (endToEndEncryption === 'yes') {
    if (evidence === undefined) findings.push(warning(`${path}.evidence`, `"yes" for ${name} needs evidence`));
    if (date === undefined) findings.push(warning(`${path}.date`, `"yes" for ${name} needs the date it was seen`));
  } else if (confirmed !== undefined) {
    findings.push(problem(`${path}.confirmed`, `${name} is confirmed and yet not "yes"`));
  }
  for (const [key, day] of [
    ['date', date],
    ['confirmed.date', confirmed?.date],
  ] as const) {
    if (day !== undefined && Date.parse(`${day}T00:00:00.000Z`) > now) {
      findings.push(warning(`${path}.${key}`, `${day} lies in the future`));
    }
  }
  return findings;
}

function claim(owners: Map<string, string>, key: string, shown: string, owner: string, path: string): PolicyFinding[] {
  const before = owners.get(key);
  owners.set(key, owner);
  if (before === undefined) return [];
  return before === owner
    ? [warning(path, `${shown} is listed twice`)]
    : [problem(path, `${shown} belongs to ${before} already`)];
}
