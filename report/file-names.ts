/** Names of the files of a report. The page tells readers where the full list is, so it must know the name too. */
export const HTML_FILE = 'muster-report.html';
export const CSV_FILE = 'muster-devices.csv';
export const JSON_FILE = 'muster-report.json';
