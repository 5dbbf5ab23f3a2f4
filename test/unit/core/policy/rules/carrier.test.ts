import type { Line } from '../../../../../core/device/managed-device';
import { EXAMPLE_MOBILE, iPhone, judge, line, management, ruleOf } from '../policy-fixture';

const CARRIERS = [
  EXAMPLE_MOBILE,
  { name: 'Sample Wireless', plmns: ['311480'], endToEndEncryption: 'no', date: '2026-10-15' },
  { name: 'Probe Telecom', plmns: ['23430'], names: ['Probe-UK'], endToEndEncryption: 'unknown' },
  { name: 'Brand on Example', endToEndEncryption: 'no' },
  { name: 'Twin on Example', endToEndEncryption: 'yes' },
];

describe('carrier', () => {
  it.each<[Partial<Line>, string, string]>([
    [{ carrier: 'Whatever', homePlmn: '310260' }, 'pass', 'the home network is listed'],
    [{ carrier: 'EXAMPLE-mobile', homePlmn: null }, 'pass', 'the name is compared without case and punctuation'],
    [{ carrier: 'Sample Wireless', homePlmn: '311480' }, 'fail', 'listed as no'],
    [{ carrier: 'probe uk', homePlmn: null }, 'unknown', 'listed as unknown, under its other name'],
    [{ carrier: null, homePlmn: '234030' }, 'unknown', '234-30 and 234-030 are one network'],
    [{ carrier: 'Nobody', homePlmn: '99999' }, 'unknown', 'not listed'],
    [{ carrier: null, homePlmn: null }, 'unknown', 'the MDM shows no carrier'],
    [
      { carrier: 'Brand on Example', homePlmn: '310260' },
      'unknown',
      'network and name are listed and say different things: a brand does not share its host’s switch',
    ],
    [{ carrier: 'Twin on Example', homePlmn: '310260' }, 'pass', 'network and name are listed and agree'],
  ])('%j: %s, since %s', (fields, answer) => {
    const verdict = judge({ carriers: CARRIERS }, iPhone({ lines: [line(1, fields)] }));
    expect(ruleOf(verdict, 'carrier', 1)).toMatchObject({ answer, rung: 'carrier', line: 1 });
  });

  it('never looks at a visited network: a roaming line is judged by its home', () => {
    const device = iPhone({ lines: [line(1, { homePlmn: '310260', roaming: true })] });
    expect(ruleOf(judge({ carriers: CARRIERS }, device), 'carrier', 1).answer).toBe('pass');
  });

  it.each<[string | null, string, string]>([
    ['66.0', 'pass', 'newer'],
    ['65', 'pass', '65 is 65.0'],
    ['65.0.1', 'pass', 'newer in the last part'],
    ['9.9', 'fail', 'numbers, not text: 9 is less than 65'],
    ['64.10', 'fail', 'older'],
    ['unknown', 'unknown', 'no dotted number'],
    [null, 'unknown', 'the MDM does not show it'],
  ])('with settings %p against 65.0: %s, since %s', (carrierSettings, answer) => {
    const carriers = [{ ...EXAMPLE_MOBILE, minimumCarrierSettings: '65.0' }];
    const verdict = judge({ carriers }, iPhone({ lines: [line(1, { carrierSettings })] }));
    expect(ruleOf(verdict, 'carrier', 1)).toMatchObject({
      answer,
      observed: carrierSettings,
      required: 'carrier settings 65.0',
      sourceField: 'network.carrierSettings',
    });
  });

  it('asks no Android phone for carrier settings: they are a thing of iPhones', () => {
    const carriers = [{ ...EXAMPLE_MOBILE, minimumCarrierSettings: '65.0' }];
    const verdict = judge({ carriers }, iPhone({ platform: 'android', lines: [line(1, { carrierSettings: null })] }));
    expect(ruleOf(verdict, 'carrier', 1)).toMatchObject({ answer: 'pass', required: 'encryption on' });
  });

  it('is unknown for a phone whose lines the MDM does not show', () => {
    const verdict = judge({ carriers: CARRIERS }, iPhone({ lines: [] }));
    expect(ruleOf(verdict, 'carrier')).toMatchObject({ answer: 'unknown', line: null });
    expect(verdict.bestLine).toBeNull();
    const byod = iPhone({ lines: [], ...management({ mode: 'user-enrollment', supervised: false }) });
    expect(ruleOf(judge({ carriers: CARRIERS }, byod), 'carrier').reason).toContain('user enrollment');
  });
});

describe('the company’s lines', () => {
  const good = line(1);
  const bad = line(2, { carrier: 'Sample Wireless', homePlmn: '311480' });

  it.each<[unknown, number, string]>([
    ['any', 1, 'the better of all lines counts'],
    [{ slots: [2] }, 2, 'only the second slot is the company’s'],
    [{ carriers: ['sample wireless'] }, 2, 'only that carrier’s lines are the company’s'],
    [{ slots: [1], carriers: ['Example Mobile'] }, 1, 'both must hold'],
  ])('%j: line %p decides, since %s', (corporate, bestLine) => {
    const verdict = judge({ carriers: CARRIERS, lines: { corporate } }, iPhone({ lines: [bad, good] }));
    expect(verdict.bestLine).toBe(bestLine);
    expect(verdict.failing.includes('carrier')).toBe(bestLine === 2);
  });

  it('leaves private lines out of judgement', () => {
    const settings = { carriers: CARRIERS, lines: { corporate: { slots: [1] } } };
    expect(ruleOf(judge(settings, iPhone({ lines: [good, bad] })), 'carrier', 2).answer).toBe('not-applicable');
  });

  it('takes a line whose carrier is not shown for one that may be the company’s', () => {
    const settings = { carriers: CARRIERS, lines: { corporate: { carriers: ['Example Mobile'] } } };
    const hidden = line(1, { carrier: null, homePlmn: null });
    expect(judge(settings, iPhone({ lines: [hidden, bad] })).bestLine).toBe(1);
    expect(judge(settings, iPhone({ lines: [hidden, { ...good, slot: 2 }] })).bestLine).toBe(2);
  });

  it('cannot tell the carrier of a phone that has private lines only', () => {
    const verdict = judge({ carriers: CARRIERS, lines: { corporate: { slots: [1] } } }, iPhone({ lines: [bad] }));
    expect(verdict.bestLine).toBeNull();
    expect(verdict.unknown).toContain('carrier');
    expect(ruleOf(verdict, 'carrier').answer).toBe('unknown');
  });
});
