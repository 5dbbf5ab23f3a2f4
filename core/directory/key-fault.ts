/** Why a public key is refused: the kind is stable, callers script against it; the hint says what to send instead. */
export const KEY_FAULTS = {
  'too-large': 'The text is longer than any accepted key. Send the public key alone.',
  'private-key-sent':
    'This is a private key. It was neither stored nor logged, but it has left its device: destroy it, make a new one, and send its public half.',
  'malformed-pem':
    'Send exactly one block from -----BEGIN PUBLIC KEY----- to -----END PUBLIC KEY-----, and nothing around it.',
  'malformed-base64': 'Send PEM, or the SPKI DER in base64 with padding (not base64url).',
  'not-spki': 'Send a SubjectPublicKeyInfo, as `openssl pkey -pubout` writes it.',
  'trailing-bytes': 'Bytes follow the key. Send the SubjectPublicKeyInfo alone.',
  'non-canonical-der': 'The encoding is not DER. Write the key anew with `openssl pkey -pubin -pubout`.',
  'rsa-not-accepted': 'RSA keys are not accepted. Use P-256, P-384, P-521 or Ed25519.',
  'algorithm-not-accepted': 'Only EC keys on P-256, P-384 and P-521, and Ed25519 are accepted.',
  'unknown-curve': 'Only the curves P-256, P-384 and P-521 are accepted.',
  'explicit-parameters': 'The curve is written out instead of named. Use `-pkeyopt ec_param_enc:named_curve`.',
  'compressed-point': 'The point is compressed. Write it with `openssl ec -pubin -conv_form uncompressed`.',
  'hybrid-point': 'The point is in hybrid form. Write it with `openssl ec -pubin -conv_form uncompressed`.',
  'wrong-length': 'The point has not the length of its curve.',
  'not-on-curve': 'The point does not lie on its curve. No private key belongs to it.',
  'non-canonical-point': 'The point is not encoded as RFC 8032 asks.',
  'low-order-point': 'The point has small order: signatures under it prove nothing.',
} as const;

export type KeyFault = keyof typeof KEY_FAULTS;
