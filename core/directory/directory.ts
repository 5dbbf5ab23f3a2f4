/** The directory of public keys: every use case over one set of ports. */
import { cancelClaim, claimsOf, confirmClaim } from './claims';
import type { ClaimReference } from './claims';
import { makeContext } from './context';
import type { Entry } from './entry';
import type { EntryPage } from './entry-repository';
import { holdersOf } from './findings';
import type { DirectoryPorts } from './ports';
import { publish } from './publish';
import type { Published } from './publish';
import { answerOf, history, list, lookup, show } from './read-entries';
import type { EntryAnswer, ListRequest } from './read-entries';
import type { PublishRequest } from './read-publish-request';
import type { Claim } from './records';
import { setStatus } from './set-status';
import type { StatusRequest } from './set-status';

export type PublishAnswer = Published & EntryAnswer;
/** `changed` is false where the entry was already so: nothing was signed. */
export type StatusAnswer = EntryAnswer & { readonly changed: boolean };

/** Every failure is a DirectoryError (errors.ts), or comes from a port as it is. */
export interface Directory {
  /** Also rotates: another key for the same number and device is the next revision of the entry. */
  publish(request: PublishRequest, ifMatch?: string | null): Promise<PublishAnswer>;
  suspend(request: StatusRequest): Promise<StatusAnswer>;
  reinstate(request: StatusRequest): Promise<StatusAnswer>;
  /** Final. */
  revoke(request: StatusRequest): Promise<StatusAnswer>;
  lookup(phone: string): Promise<EntryAnswer>;
  show(entryId: string): Promise<EntryAnswer>;
  history(entryId: string): Promise<readonly Entry[]>;
  list(request?: ListRequest): Promise<EntryPage>;
  /** Live entries with this key, of the first hundred that ever held it. */
  holdersOf(fingerprint: string): Promise<readonly Entry[]>;
  claims(phone: string): Promise<readonly Claim[]>;
  confirmClaim(reference: ClaimReference): Promise<Claim>;
  cancelClaim(request: ClaimReference & { readonly reason: string }): Promise<Claim>;
}

export function makeDirectory(ports: DirectoryPorts): Directory {
  const context = makeContext(ports);
  const statusSetter =
    (status: Entry['status']) =>
    async (request: StatusRequest): Promise<StatusAnswer> => {
      const { entry, changed } = await setStatus(context, status, request);
      return { ...answerOf(context, entry), changed };
    };
  return {
    async publish(request, ifMatch = null) {
      const published = await publish(context, request, ifMatch);
      return { ...published, ...answerOf(context, published.entry) };
    },
    suspend: statusSetter('suspended'),
    reinstate: statusSetter('active'),
    revoke: statusSetter('revoked'),
    lookup: (phone) => lookup(context, phone),
    show: (entryId) => show(context, entryId),
    history: (entryId) => history(context, entryId),
    list: (request = {}) => list(context, request),
    holdersOf: (fingerprint) => holdersOf(context, fingerprint),
    claims: (phone) => claimsOf(context, phone),
    confirmClaim: (reference) => confirmClaim(context, reference),
    cancelClaim: (request) => cancelClaim(context, request),
  };
}
