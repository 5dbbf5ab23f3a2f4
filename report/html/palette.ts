/** The colours of the report, light and dark. One accent; amber belongs to "undetermined" and to warnings alone. */

export interface Palette {
  readonly paper: string;
  readonly raised: string;
  readonly ink: string;
  /** Secondary text: at least 4.5 : 1 on paper and raised. */
  readonly soft: string;
  readonly line: string;
  /** Links and "ready". */
  readonly accent: string;
  /** Bars of phones that stop. */
  readonly blocked: string;
  /** Bars of phones without an answer. */
  readonly unsure: string;
  readonly unsureText: string;
  readonly alarmPaper: string;
  readonly alarmLine: string;
}

export const LIGHT: Palette = {
  paper: '#ffffff',
  raised: '#f5f6f7',
  ink: '#1b1f24',
  soft: '#59616b',
  line: '#dfe2e6',
  accent: '#0b6b62',
  blocked: '#868e98',
  unsure: '#c0780c',
  unsureText: '#875200',
  alarmPaper: '#fdf4e3',
  alarmLine: '#c0780c',
};

export const DARK: Palette = {
  paper: '#14171a',
  raised: '#1d2125',
  ink: '#e7eaee',
  soft: '#a3abb5',
  line: '#333a42',
  accent: '#5cc8ba',
  blocked: '#7b848f',
  unsure: '#d9962e',
  unsureText: '#eab45c',
  alarmPaper: '#2b2314',
  alarmLine: '#d9962e',
};

/** Custom properties, e.g. `--paper:#ffffff;--unsure-text:#…;`. */
export function paletteCss(palette: Palette): string {
  return Object.entries(palette)
    .map(([name, value]) => `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}:${String(value)};`)
    .join('');
}
