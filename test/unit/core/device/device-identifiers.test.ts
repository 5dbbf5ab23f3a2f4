import {
  cleanEid,
  cleanGuid,
  cleanIccid,
  cleanImei,
  cleanSerial,
  cleanText,
} from '../../../../core/device/device-identifiers';

describe('text', () => {
  test.each([
    ['Example Mobile', 'Example Mobile'],
    ['  Example  ', 'Example'],
    ['\u0000Example\u0000', 'Example'],
    ['a\u0000b', 'ab'],
    ['', null],
    ['   ', null],
    ['\u0000', null],
    [null, null],
    [undefined, null],
  ])('%p becomes %p', (text, expected) => {
    expect(cleanText(text)).toBe(expected);
  });
});

describe('serial number', () => {
  test.each<[string | null, string | null, string]>([
    ['TESTDEVICE0001', 'TESTDEVICE0001', 'as it is'],
    [' R58TEST001 ', 'R58TEST001', 'blanks around it'],
    ['0', null, 'what Intune shows of a personal work profile'],
    ['00000000', null, 'zeros'],
    ['XXXXXXXX', null, 'one character'],
    ['********1234', null, 'masked'],
    ['Not Available', null, 'what Jamf Pro shows of a user enrolment'],
    ['unknown', null, 'what Android gives an app without the right'],
    ['0123456789ABCDEF', null, 'what boards bear that were never given one'],
    ['', null, 'empty'],
    [null, null, 'absent'],
  ])('%p becomes %p: %s', (text, expected) => {
    expect(cleanSerial(text)).toBe(expected);
  });
});

describe('IMEI', () => {
  test.each<[string | null, string | null, string]>([
    ['001001000000017', '001001000000017', '15 digits'],
    ['00 100100 000001 7', '001001000000017', 'as printed on a box'],
    ['00-100100-000001-7', '001001000000017', 'with dashes'],
    ['00100100000001', '00100100000001', '14 digits: without the check digit'],
    ['0010010000000101', '0010010000000101', '16 digits: with a software version'],
    ['0', null, 'a placeholder'],
    ['000000000000000', null, 'zeros'],
    ['Not Available', null, 'a placeholder'],
    ['***********0017', null, 'masked'],
    ['A00000FFFFFFFF', null, 'a hexadecimal MEID'],
    ['1.00100E+14', null, 'what a spreadsheet leaves of one'],
    ['0010010000001', null, 'too short'],
    ['00100100000001012', null, 'too long'],
    ['', null, 'empty'],
    [null, null, 'absent'],
  ])('%p becomes %p: %s', (text, expected) => {
    expect(cleanImei(text)).toBe(expected);
  });
});

describe('ICCID and EID', () => {
  test.each<[string, string | null, string]>([
    ['8901260000000000017', '8901260000000000017', '19 digits'],
    ['8944 1000 0000 0000 0017', '89441000000000000017', 'in groups'],
    ['8944100000000000001F', '8944100000000000001', 'the filler of an odd length'],
    ['1234567890123456789', null, 'not of a telecom issuer'],
    ['89*************0017', null, 'masked'],
    ['8901', null, 'too short'],
    ['', null, 'empty'],
  ])('ICCID %p becomes %p: %s', (text, expected) => {
    expect(cleanIccid(text)).toBe(expected);
  });

  test.each([
    ['89049032000000000000000000000017', '89049032000000000000000000000017'],
    ['8904 9032 0000 0000 0000 0000 0000 0017', '89049032000000000000000000000017'],
    ['8904', null],
    ['00000000000000000000000000000000', null],
    [null, null],
  ])('EID %p becomes %p', (text, expected) => {
    expect(cleanEid(text)).toBe(expected);
  });
});

describe('GUID', () => {
  test.each<[string | null, string | null, string]>([
    ['3F2504E0-4F89-41D3-9A0C-0305E82C3301', '3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'lower case'],
    ['{3F2504E0-4F89-41D3-9A0C-0305E82C3301}', '3f2504e0-4f89-41d3-9a0c-0305e82c3301', 'without braces'],
    ['00000000-0000-0000-0000-000000000000', null, 'nobody'],
    ['{00000000-0000-0000-0000-000000000000}', null, 'nobody in braces'],
    ['00000000000000000000000000000000', null, 'nobody without dashes'],
    ['Not Available', null, 'a placeholder'],
    ['', null, 'empty'],
    [null, null, 'absent'],
  ])('%p becomes %p: %s', (text, expected) => {
    expect(cleanGuid(text)).toBe(expected);
  });
});
