import { loadConfig } from '../config/load-config';
import { ConfigError } from '../core/errors';
import { openMuster } from '../main';
import type { Muster } from '../main';
import { gatherReport } from '../report/gather-report';
import { writeReport } from '../report/write-report';
import type { WrittenReport } from '../report/write-report';
import type { Console } from './console';
import { makeLog } from './console';
import { EXIT } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { logLevel } from './sweep';

export interface ReportOptions {
  readonly config: string;
  readonly format: 'html' | 'csv' | 'json';
  readonly out: string;
}

/** `muster report`: the report of the last ended sweep. Prints the files it wrote, one a line. */
export async function report(console: Console, options: ReportOptions): Promise<ExitCode> {
  const muster = await openMuster(await loadConfig(options.config, process.env), { telemetry: makeLog(logLevel()) });
  try {
    const { files } = await writeReportOfLastRun(console, muster, options);
    for (const file of files) await console.out(`${file}\n`);
    return EXIT.done;
  } finally {
    muster.close();
  }
}

export async function writeReportOfLastRun(
  console: Console,
  muster: Muster,
  { format, out }: Pick<ReportOptions, 'format' | 'out'>,
): Promise<WrittenReport> {
  const gathered = await gatherReport(muster);
  if (gathered === null) {
    throw new ConfigError('there is no sweep to report on', [
      {
        path: '',
        message: 'no sweep has ended on this state',
        hint: 'Run muster sweep first; a sweep that was cut off goes on from where it was.',
      },
    ]);
  }
  if (gathered.outdated) {
    console.note(
      'warning: the policy changed since that sweep; phones are judged under the present one. Sweep again for matching figures.',
    );
  }
  return writeReport(format, { ...gathered, out });
}
