import { getCountries, isSupportedCountry } from 'libphonenumber-js/min';
import { countryOfIccid, countryOfPlmn } from '../../../../core/device/mcc-country';

describe('the country of a network', () => {
  test.each<[string | null, string | null, string]>([
    ['310260', 'US', 'six digits'],
    ['23410', 'GB', 'five digits'],
    ['262', 'DE', 'the mobile country code alone'],
    ['302720', 'CA', ''],
    ['311480', 'US', 'a country with several codes'],
    ['42501', 'IL', ''],
    ['42505', 'PS', 'a network with another plan inside the code'],
    ['00101', null, 'the test network'],
    ['90128', null, 'an international network'],
    ['34001', null, 'networks of this code follow three numbering plans'],
    ['', null, 'empty'],
    ['31', null, 'too short'],
    [null, null, 'absent'],
  ])('%p is %p %s', (plmn, expected) => {
    expect(countryOfPlmn(plmn)).toBe(expected);
  });

  test('every country in the table has a numbering plan, and nearly every plan a country', () => {
    const found = new Set<string>();
    for (let mcc = 200; mcc < 800; mcc += 1) {
      const country = countryOfPlmn(String(mcc));
      if (country !== null) found.add(country);
    }
    expect([...found].filter((country) => !isSupportedCountry(country))).toEqual([]);
    // What is left has no mobile country code of its own, or one that is shared with another plan.
    const without = getCountries().filter((country) => !found.has(country));
    expect(without.length).toBeLessThan(30);
    expect(without).not.toEqual(expect.arrayContaining(['US', 'GB', 'DE', 'IN', 'BR', 'JP']));
  });
});

describe('the country of a SIM', () => {
  test.each<[string | null, string | null, string]>([
    ['8901260000000000017', 'US', 'calling code 1 as 01'],
    ['8914800000000000017', 'US', 'calling code 1 alone'],
    ['8930272000000000017', 'CA', 'a mobile country code where the calling code belongs: not Greece'],
    ['8930010000000000017', 'GR', 'Greece'],
    ['8944100000000000017', 'GB', 'two digits'],
    ['8935300000000000017', 'IE', 'three digits'],
    ['8949020000000000017', 'DE', ''],
    ['8970100000000000017', null, 'calling code 7 has two countries'],
    ['8988300000000000017', null, 'an international issuer'],
    ['1244100000000000017', null, 'no SIM'],
    [null, null, 'absent'],
  ])('%p is %p %s', (iccid, expected) => {
    expect(countryOfIccid(iccid)).toBe(expected);
  });
});
