/** Where Chromium is: named by the environment, or in one of the usual places; null where there is none. */
import { existsSync } from 'node:fs';

const USUAL = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/snap/bin/chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
];

export function findChromium(): string | null {
  const named = process.env.MUSTER_CHROMIUM;
  if (named !== undefined && named !== '') return named;
  return USUAL.find((place) => existsSync(place)) ?? null;
}

/** Root needs no sandbox in containers; nothing of the browser's own may call home during a test. */
export const CHROMIUM_FLAGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-background-networking',
  '--disable-component-update',
  '--no-first-run',
];
