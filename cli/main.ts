/** The `muster` command: subcommands, options, exit codes. What they do is in one file each. */
import { Command, CommanderError, InvalidArgumentError } from 'commander';
import { ConfigError } from '../core/errors';
import packageJson from '../package.json';
import { makeConsole } from './console';
import { demo } from './demo';
import { changeStatus, diffDirectory, listEntries, publishKey, showEntry, showKeys } from './directory';
import { doctor } from './doctor';
import { EXIT } from './exit-codes';
import type { ExitCode } from './exit-codes';
import { inventory } from './inventory';
import { explainProblems } from './explain-problems';
import { policyCheck, policyWhatIf } from './policy';
import { report } from './report';
import { serve } from './serve';
import { simulate } from './simulate';
import { sweep } from './sweep';
import { token } from './token';

const console = makeConsole();

/** A whole number from the minimum to the maximum. */
function whole(maximum: number, minimum = 0): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || value > maximum || value < minimum) {
      throw new InvalidArgumentError(`must be a whole number from ${minimum} to ${maximum}`);
    }
    return value;
  };
}

function time(text: string): string {
  const value = Date.parse(text);
  if (Number.isNaN(value)) throw new InvalidArgumentError('must be an ISO 8601 time, e.g. 2026-11-25T00:00:00Z');
  return new Date(value).toISOString();
}

function oneOf(...values: readonly string[]): (text: string) => string {
  return (text) => {
    if (!values.includes(text)) throw new InvalidArgumentError(`must be one of ${values.join(', ')}`);
    return text;
  };
}

function build(done: (code: ExitCode) => void): Command {
  const program = new Command('muster')
    .description(
      'Which phones are ready for end-to-end encrypted RCS, and why not: one verdict per phone, from every MDM.',
    )
    .version(packageJson.version)
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ writeErr: (text) => void process.stderr.write(text) });

  const configured = (name: string, description: string): Command =>
    program
      .command(name)
      .description(description)
      .requiredOption('-c, --config <file>', 'configuration file (muster.yaml)');

  program
    .command('simulate')
    .description('Serve simulated Intune, Jamf Pro and Workspace ONE with synthetic fleets of any size.')
    .option('--intune <n>', 'devices in Intune', whole(5_000_000), 0)
    .option('--jamf <n>', 'devices in Jamf Pro', whole(5_000_000), 0)
    .option('--workspace-one <n>', 'devices in Workspace ONE', whole(5_000_000), 0)
    .option('--seed <s>', 'seed of the fleets', whole(0xffff_ffff), 1)
    .option('--latency <profile>', 'none, or real: 450/350/900 ms', oneOf('none', 'real'), 'none')
    .option('--fault <file>', 'fault script (JSON)')
    .option('--write-config <file>', 'write a muster.yaml that points at the simulators')
    .option('--port <p>', 'port; 0 takes a free one', whole(65_535), 0)
    .action(async (options: Parameters<typeof simulate>[1]) => done(await simulate(console, options)));

  configured('inventory', 'Read one connector and print its devices.')
    .argument('<connector>', 'connector id of the configuration')
    .option('--full', 'read everything (the default)')
    .option('--since <time>', 'only devices that changed since', time)
    .option('--format <format>', 'ndjson, csv or table', oneOf('ndjson', 'csv', 'table'), 'table')
    .action(async (connector: string, options: Parameters<typeof inventory>[2]) =>
      done(await inventory(console, connector, options)),
    );

  configured('sweep', 'Read all connectors, judge every phone, report. Reads only.')
    .option('--json', 'one JSON document on stdout')
    .option('--incremental', 'only what changed since the last sweep; concludes nothing from absence')
    .option('--apply', 'suspend and revoke keys as the plan releases them; without it nothing is written')
    .action(async (options: Parameters<typeof sweep>[1]) => done(await sweep(console, options)));

  configured('report', 'Write the report of the last sweep.')
    .option('--format <format>', 'html, csv or json', oneOf('html', 'csv', 'json'), 'html')
    .requiredOption('--out <dir>', 'folder to write to')
    .action(async (options: Parameters<typeof report>[1]) => done(await report(console, options)));

  const policy = program.command('policy').description('Check a policy, or try one out against the last sweep.');
  policy
    .command('check <file>')
    .description('Validate a policy file: contradictions, expired exceptions, minimums nobody can reach.')
    .option('--json', 'one JSON document on stdout')
    .option('-c, --config <file>', 'configuration whose release feed is used to tell what models can reach')
    .action(async (file: string, options: Parameters<typeof policyCheck>[2]) =>
      done(await policyCheck(console, file, options)),
    );
  policy
    .command('what-if <file>')
    .description('Who would change verdict under another policy, and why. Touches no MDM.')
    .requiredOption('-c, --config <file>', 'configuration file (muster.yaml)')
    .option('--json', 'one JSON document on stdout')
    .action(async (file: string, options: Parameters<typeof policyWhatIf>[2]) =>
      done(await policyWhatIf(console, file, options)),
    );

  addDirectory(program, done);

  configured('doctor', 'Check reachability, token, privileges, version, clock and quota of every connector.')
    .option('--json', 'one JSON document on stdout')
    .action(async (options: Parameters<typeof doctor>[1]) => done(await doctor(console, options)));

  configured('serve', 'Run all functions on this machine: HTTP, timers and queues.')
    .option('--port <p>', 'port; 0 takes a free one', whole(65_535), 7071)
    .option('--no-timers', 'leave the schedules out')
    .option('--lease <seconds>', 'a message comes back this long after its handler died', whole(3600, 1), 600)
    .action(async (options: Parameters<typeof serve>[1]) => done(await serve(console, options)));

  configured('token', 'Print an access token of the simulated issuer, for trying the API on this machine.')
    .requiredOption('--roles <roles>', 'app roles, separated by commas, e.g. Operations.Read,Operations.Run')
    .option('--caller <id>', 'object id of the caller')
    .action(async (options: Parameters<typeof token>[1]) => done(await token(console, options)));

  program
    .command('demo')
    .description('Simulators with some thousand phones, a sweep, a summary and the report.')
    .option('--once', 'end after the sweep instead of keeping the simulators up')
    .option('--json', 'print the sweep as JSON and nothing else')
    .option('--phones <n>', 'devices in each MDM', whole(1_000_000), 2000)
    .option('--out <dir>', 'folder for state, configuration and report', '.muster/demo')
    .action(async (options: Parameters<typeof demo>[1]) => done(await demo(console, options)));

  return program;
}

/** `muster directory …`: one subcommand for each change, so that nobody revokes by an option. */
function addDirectory(program: Command, done: (code: ExitCode) => void): void {
  const directory = program
    .command('directory')
    .description(
      'Public keys by phone number, bound to managed devices and signed. Revoking here revokes no RCS identity.',
    );
  const configured = (name: string, description: string): Command =>
    directory
      .command(name)
      .description(description)
      .requiredOption('-c, --config <file>', 'configuration file (muster.yaml)')
      .option('--json', 'JSON on stdout');
  const named = (name: string, description: string): Command =>
    configured(name, description)
      .option('--phone <number>', 'number in E.164')
      .option('--entry <id>', 'id of the entry');

  configured(
    'publish',
    'Publish the public key of a number on a managed device; another key for the same is the next revision.',
  )
    .requiredOption('--phone <number>', 'number in E.164')
    .requiredOption('--key <file>', 'public key in PEM: P-256, P-384, P-521 or Ed25519')
    .requiredOption('--device <key>', 'device key of the inventory, e.g. jamf:123')
    .option('--source <word>', 'where the key comes from, e.g. companion-app')
    .option('--not-after <time>', 'end of its validity', time)
    .action(async (options: Parameters<typeof publishKey>[1]) => done(await publishKey(console, options)));
  named('show', 'Show the entry of a number.')
    .option('--history', 'every revision, as it was signed')
    .action(async (options: Parameters<typeof showEntry>[1]) => done(await showEntry(console, options)));
  for (const [change, what] of [
    ['suspend', 'Stop serving a key for now.'],
    ['reinstate', 'Serve a suspended key again.'],
    ['revoke', 'Stop serving a key for good.'],
  ] as const) {
    named(change, what)
      .requiredOption('--reason <text>', 'why, for whoever reads the history')
      .action(async (options: Parameters<typeof changeStatus>[2]) =>
        done(await changeStatus(console, change, options)),
      );
  }
  configured('list', 'Every entry, one JSON document a line.').action(
    async (options: Parameters<typeof listEntries>[1]) => done(await listEntries(console, options)),
  );
  configured(
    'diff',
    'Compare the directory with the fleet of the last sweep, and say what a sweep with --apply would do.',
  ).action(async (options: Parameters<typeof diffDirectory>[1]) => done(await diffDirectory(console, options)));
  configured('keys', 'The public keys that entries are verified with, as a JWK set.').action(
    async (options: Parameters<typeof showKeys>[1]) => done(await showKeys(console, options)),
  );
}

async function main(): Promise<ExitCode> {
  let code: ExitCode = EXIT.done;
  try {
    await build((ended) => void (code = ended)).parseAsync();
    return code;
  } catch (error) {
    if (error instanceof CommanderError) {
      return error.exitCode === 0 ? EXIT.done : EXIT.badInput;
    }
    if (error instanceof ConfigError) {
      console.note(explainProblems(console, error));
      return EXIT.badInput;
    }
    const context = error instanceof Error && 'context' in error ? (error.context as { hint?: string }) : {};
    console.note(`muster: ${error instanceof Error ? error.message : String(error)}`);
    if (context.hint !== undefined) console.note(`  ${context.hint}`);
    if (process.env['MUSTER_LOG'] === 'debug' && error instanceof Error) console.note(error.stack ?? '');
    return EXIT.unexpected;
  }
}

// A reader that closes early, like `head`, is no failure of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) =>
  process.exit(error.code === 'EPIPE' ? EXIT.done : EXIT.unexpected),
);

void main().then((code) => {
  process.exitCode = code;
});
