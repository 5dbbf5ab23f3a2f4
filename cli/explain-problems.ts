import type { ConfigError } from '../core/errors';
import type { Console } from './console';
import { paint } from './console';

/** Every problem of a file on its own line: where, what, what to do. */
export function explainProblems(console: Console, error: ConfigError): string {
  const lines = error.problems.map(({ path, message, hint }) => {
    const where = path === '' ? '' : `${paint(console, 'bold', path)} `;
    return `  ${where}${message}${hint === undefined ? '' : `\n    → ${hint}`}`;
  });
  return [`muster: ${error.message}`, ...lines].join('\n');
}
