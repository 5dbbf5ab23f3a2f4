/** The mobile networks of the synthetic fleet: real-looking codes under names that say "example". */

export interface Carrier {
  readonly name: string;
  readonly mcc: string;
  readonly mnc: string;
  /** First digits of its ICCIDs: 89, country, issuer. */
  readonly iccidPrefix: string;
  readonly country: 'US' | 'GB' | 'DE';
  /** Carrier settings versions seen on iPhones, newest first. */
  readonly settings: readonly string[];
}

const EXAMPLE_US: Carrier = {
  name: 'Example Mobile US',
  mcc: '310',
  mnc: '260',
  iccidPrefix: '8901260',
  country: 'US',
  settings: ['66.0', '65.5', '63.0'],
};
const SAMPLE_US: Carrier = {
  name: 'Sample Wireless',
  mcc: '311',
  mnc: '480',
  iccidPrefix: '8914800',
  country: 'US',
  settings: ['66.1', '66.0', '64.2'],
};
const EXAMPLE_UK: Carrier = {
  name: 'Example Mobile UK',
  mcc: '234',
  mnc: '15',
  iccidPrefix: '8944150',
  country: 'GB',
  settings: ['66.0', '65.0', '62.1'],
};
const SAMPLE_UK: Carrier = {
  name: 'Sample Telecom UK',
  mcc: '234',
  mnc: '30',
  iccidPrefix: '8944300',
  country: 'GB',
  settings: ['65.2', '65.0', '61.0'],
};
const EXAMPLE_DE: Carrier = {
  name: 'Example Mobilfunk',
  mcc: '262',
  mnc: '01',
  iccidPrefix: '8949010',
  country: 'DE',
  settings: ['66.0', '64.0', '60.0'],
};

/** All of them; the first of a country is its larger one. */
export const CARRIERS: readonly Carrier[] = [EXAMPLE_US, SAMPLE_US, EXAMPLE_UK, SAMPLE_UK, EXAMPLE_DE];

/** Two of three lines of a country are with its larger carrier. @param hash any unsigned integer. */
export function carrierOf(country: Carrier['country'], hash: number): Carrier {
  const large = hash % 3 !== 0;
  switch (country) {
    case 'US':
      return large ? EXAMPLE_US : SAMPLE_US;
    case 'GB':
      return large ? EXAMPLE_UK : SAMPLE_UK;
    case 'DE':
      return EXAMPLE_DE;
  }
}

/** The network a roaming phone is on. */
export function visitedBy(home: Carrier): Carrier {
  return home.country === 'US' ? EXAMPLE_UK : EXAMPLE_US;
}
