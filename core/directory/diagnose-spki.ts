/** Why bytes are not a SubjectPublicKeyInfo that the directory takes. Only names the reason: nothing is accepted here. */
import type { DerElement } from './der';
import { readElement, readElements, TAG } from './der';
import type { KeyFault } from './key-fault';

const OID = {
  ec: '2a8648ce3d0201',
  ed25519: '2b6570',
  rsa: '2a864886f70d0101',
} as const;

/** Named curves that are accepted, and how long their coordinates are. */
const COORDINATE_BYTES: Readonly<Record<string, number>> = {
  '2a8648ce3d030107': 32,
  '2b81040022': 48,
  '2b81040023': 66,
};
const ED25519_BYTES = 32;

export function diagnoseSpki(bytes: Buffer): KeyFault {
  const outer = readElement(bytes);
  if (outer?.tag !== TAG.sequence) return 'not-spki';
  const parts = readElements(outer.content);
  const [algorithm, key] = parts ?? [];
  if (algorithm?.tag !== TAG.sequence || key?.tag !== TAG.bitString) return 'not-spki';
  const [oid, parameters, ...rest] = readElements(algorithm.content) ?? [];
  if (oid?.tag !== TAG.oid) return 'not-spki';
  // The algorithm before the encoding: who sends RSA need not learn about padding first.
  const name = oid.content.toString('hex');
  if (name.startsWith(OID.rsa)) return 'rsa-not-accepted';
  if (name !== OID.ec && name !== OID.ed25519) return 'algorithm-not-accepted';
  if (outer.end < bytes.length) return 'trailing-bytes';
  const inOrder =
    parts?.length === 2 && rest.length === 0 && key.content[0] === 0 && [outer, algorithm, key, oid].every(isCanonical);
  const point = key.content.subarray(1);
  if (name === OID.ed25519) {
    // RFC 8410 §3: the parameters are absent, not NULL.
    if (!inOrder || parameters !== undefined) return 'non-canonical-der';
    return point.length === ED25519_BYTES ? 'not-on-curve' : 'wrong-length';
  }
  if (parameters?.tag === TAG.sequence) return 'explicit-parameters';
  const size = parameters?.tag === TAG.oid ? COORDINATE_BYTES[parameters.content.toString('hex')] : undefined;
  if (parameters === undefined || size === undefined) return 'unknown-curve';
  return inOrder && isCanonical(parameters) ? faultOfPoint(point, size) : 'non-canonical-der';
}

const isCanonical = ({ canonical }: DerElement): boolean => canonical;

/** SEC 1 §2.3.3: the first byte tells the form. */
function faultOfPoint(point: Buffer, size: number): KeyFault {
  const [form] = point;
  if (form === 0x02 || form === 0x03) return 'compressed-point';
  if (form === 0x06 || form === 0x07) return 'hybrid-point';
  return form === 0x04 && point.length !== 1 + 2 * size ? 'wrong-length' : 'not-on-curve';
}
