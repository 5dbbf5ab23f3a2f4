/** The report's model as JSON, in pieces: with all its phones it can be too long for one comfortable string. */
import type { ReportModel } from './report-model';

/** Pieces of one JSON document; each phone stands on a line of its own. */
export function* jsonChunks(model: ReportModel): Generator<string> {
  const { devices, ...head } = model;
  const text = JSON.stringify(head, null, 2);
  yield `${text.slice(0, text.lastIndexOf('\n'))},\n  "devices": [`;
  for (const [index, device] of devices.entries()) yield `${index === 0 ? '' : ','}\n    ${JSON.stringify(device)}`;
  yield `${devices.length === 0 ? '' : '\n  '}]\n}\n`;
}
