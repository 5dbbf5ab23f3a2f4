import { readFileSync } from 'node:fs';
import { vectorPath } from './vectors';

/** @param path below the folder of test data. Only for use inside the tests of `describeWithVectors`. */
export function readVector(path: string): unknown {
  return JSON.parse(readFileSync(vectorPath(path), 'utf8'));
}
