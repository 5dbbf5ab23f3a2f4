/**
 * What the directory refuses, one class a reason. `problem` is the last part of the type in an answer
 * (`urn:muster:problem:…`) and never changes; `status` is what HTTP calls it. No message holds a number, a key or a reason
 * that a person wrote: `phone` is redacted.
 */
import { redactPhone } from '../device/redact-phone';
import type { IsoTime } from '../device/managed-device';
import { KEY_FAULTS } from './key-fault';
import type { KeyFault } from './key-fault';

export abstract class DirectoryError extends Error {
  abstract readonly problem: string;
  abstract readonly status: number;

  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** The key is none that the directory takes. */
export class BadKeyError extends DirectoryError {
  readonly problem = 'bad-key';
  readonly status = 422;
  readonly kind: KeyFault;

  constructor(kind: KeyFault) {
    super(`the public key was refused: ${kind}. ${KEY_FAULTS[kind]}`);
    this.kind = kind;
  }
}

/** The text is no telephone number in E.164. */
export class BadPhoneError extends DirectoryError {
  readonly problem = 'bad-phone';
  readonly status = 422;
  readonly reason: string;

  constructor(reason: string) {
    super(`the phone number was refused: ${reason}. Send it in E.164: + and the country code first`);
    this.reason = reason;
  }
}

/** A member of the request is not what it must be. */
export class BadRequestError extends DirectoryError {
  readonly problem = 'bad-request';
  readonly status = 400;
  readonly member: string;

  constructor(member: string, what: string, options?: ErrorOptions) {
    super(`${member}: ${what}`, options);
    this.member = member;
  }
}

/** No managed device has this key: nothing vouches for the number. */
export class UnknownDeviceError extends DirectoryError {
  readonly problem = 'unknown-device';
  readonly status = 422;

  constructor() {
    super('no managed device has this deviceKey. Sweep its connector first, or correct the key');
  }
}

/** Another live key holds the number. The claim says when the number may be taken over. */
export class NumberClaimedError extends DirectoryError {
  readonly problem = 'number-claimed';
  readonly status = 409;
  /** Null where someone else's claim comes first. */
  readonly claimId: string | null;
  /** From then on the claimant may publish, unless the claim is cancelled. */
  readonly opensAt: IsoTime | null;

  constructor(phone: string, claim: { readonly claimId: string; readonly opensAt: IsoTime } | null) {
    super(
      claim === null
        ? `another device claims ${redactPhone(phone)} already: wait until its claim is cancelled or runs out`
        : `another key holds ${redactPhone(phone)}: a claim is recorded; publish again after ${claim.opensAt}, or have it confirmed`,
    );
    this.claimId = claim?.claimId ?? null;
    this.opensAt = claim?.opensAt ?? null;
  }
}

export class NotFoundError extends DirectoryError {
  readonly problem = 'not-found';
  readonly status = 404;

  constructor(what: 'entry' | 'claim') {
    super(`there is no such ${what}`);
  }
}

/** `If-Match` names another revision than the present one. */
export class PreconditionFailedError extends DirectoryError {
  readonly problem = 'precondition-failed';
  readonly status = 412;

  constructor() {
    super('the entry has another revision by now. Read it again and decide again');
  }
}

/** The entry is revoked, which is final. */
export class EntryRevokedError extends DirectoryError {
  readonly problem = 'entry-revoked';
  readonly status = 410;

  constructor() {
    super('the entry is revoked, which is final. Publish a new key for the number');
  }
}

/** A suspended entry takes no new key: what suspended it may be what asks. */
export class EntrySuspendedError extends DirectoryError {
  readonly problem = 'entry-suspended';
  readonly status = 409;

  constructor() {
    super('the entry is suspended. Reinstate it first, or revoke it');
  }
}

/** Reconciliation suspended the entry since its signature did not hold: its content is nobody's word. */
export class EntryDamagedError extends DirectoryError {
  readonly problem = 'entry-damaged';
  readonly status = 409;

  constructor() {
    super(
      'the entry was suspended because its signature did not hold. Revoke it and publish the key again from the device',
    );
  }
}

/** The key stood in an entry of this number that was revoked: publishing it again would undo that. */
export class KeyRevokedError extends DirectoryError {
  readonly problem = 'key-revoked';
  readonly status = 409;

  constructor() {
    super('this key was revoked for this number. Make a new key on the device and publish that');
  }
}

/** Another writer is at the entry and did not finish in time. */
export class EntryBusyError extends DirectoryError {
  readonly problem = 'entry-busy';
  readonly status = 503;
  /** Milliseconds since the epoch: no sense in coming back before. */
  readonly retryAt: number;

  constructor(retryAt: number) {
    super('another change of this entry is under way. Try again');
    this.retryAt = retryAt;
  }
}

/** What is stored is not what was signed, or a revision is missing: someone wrote to the tables past this code. */
export class DirectoryDamagedError extends DirectoryError {
  readonly problem = 'directory-damaged';
  readonly status = 500;

  constructor(what: string, options?: ErrorOptions) {
    super(
      `the directory's records are damaged: ${what}. Compare them with the backup and with who wrote to the tables`,
      options,
    );
  }
}
