/** Turns SQLite's result codes into the failures the pipeline tells apart. */
import { ConfigError, TransientError } from '../../core/errors';

/** Primary result codes, https://www.sqlite.org/rescode.html. */
const BUSY = 5;
const LOCKED = 6;
const READ_ONLY = 8;
const IO_ERROR = 10;
const CORRUPT = 11;
const FULL = 13;
const CANNOT_OPEN = 14;
const NOT_A_DATABASE = 26;

/** Extended codes carry the primary one in their low byte. Null for an error that is not SQLite's. */
function codeOf(error: unknown): number | null {
  if (typeof error !== 'object' || error === null || !('errcode' in error)) return null;
  return typeof error.errcode === 'number' ? error.errcode & 0xff : null;
}

export function isBusy(error: unknown): boolean {
  const code = codeOf(error);
  return code === BUSY || code === LOCKED;
}

/** A lock that was held too long and a full disk pass; every other error is given back as it is. */
export function failureOf(error: unknown): unknown {
  const code = codeOf(error);
  if (code === BUSY || code === LOCKED) {
    return new TransientError('the state database is locked by another process', {
      cause: error,
      hint: 'End the other Muster process that works in this state folder, or wait for it.',
    });
  }
  if (code === FULL || code === IO_ERROR) {
    return new TransientError('the state database cannot be written', {
      cause: error,
      hint: 'Free disk space, or check the disk that holds the state folder.',
    });
  }
  return error;
}

/** What keeps a database file from being opened, as an operator can fix it. */
export function unusable(file: string, error: unknown): unknown {
  const code = codeOf(error);
  if (code === NOT_A_DATABASE || code === CORRUPT) {
    return configError(file, 'is damaged or no database', 'Restore it from a backup, or name another folder.', error);
  }
  if (code === CANNOT_OPEN || code === READ_ONLY || hasErrno(error)) {
    return configError(file, 'cannot be opened for writing', 'Check the folder and its permissions.', error);
  }
  return failureOf(error);
}

function hasErrno(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'syscall' in error;
}

function configError(file: string, what: string, hint: string, cause: unknown): ConfigError {
  const message = `${file} ${what}`;
  return new ConfigError(message, [{ path: 'state.path', message, hint }], { cause });
}
