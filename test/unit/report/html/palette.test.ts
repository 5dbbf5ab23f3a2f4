import { DARK, LIGHT, paletteCss, type Palette } from '../../../../report/html/palette';

/** Relative luminance and contrast as WCAG 2.2 defines them. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const channel = Number.parseInt(hex.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].toSorted((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

const TEXT: readonly (readonly [ink: keyof Palette, paper: keyof Palette])[] = [
  ['ink', 'paper'],
  ['ink', 'raised'],
  ['ink', 'alarmPaper'],
  ['soft', 'paper'],
  ['soft', 'raised'],
  ['accent', 'paper'],
  ['accent', 'raised'],
  ['accent', 'alarmPaper'],
  ['unsureText', 'paper'],
  ['unsureText', 'raised'],
];
const SHAPES: readonly (readonly [shape: keyof Palette, paper: keyof Palette])[] = [
  ['accent', 'paper'],
  ['unsure', 'paper'],
  ['blocked', 'paper'],
  ['alarmLine', 'alarmPaper'],
];

describe.each([
  ['light', LIGHT],
  ['dark', DARK],
])('the %s palette', (_, palette) => {
  test.each(TEXT)('text of %s on %s reads (WCAG AA, 4.5 : 1)', (ink, paper) =>
    expect(contrast(palette[ink], palette[paper])).toBeGreaterThanOrEqual(4.5),
  );
  test.each(SHAPES)('a bar of %s on %s is seen (WCAG AA, 3 : 1)', (shape, paper) =>
    expect(contrast(palette[shape], palette[paper])).toBeGreaterThanOrEqual(3),
  );
});

test('colours become custom properties', () => {
  expect(paletteCss(LIGHT)).toContain(`--alarm-paper:${LIGHT.alarmPaper};`);
});
