/** jose, an independent implementation of JOSE: an ECMAScript module, which jest loads as a bundle only. */
export { CompactSign, FlattenedSign, compactVerify, createLocalJWKSet, exportJWK, importJWK, SignJWT } from 'jose';
