/**
 * How long an answer takes. The real profile is what public recordings show: 450 ms Jamf, 350 ms Graph,
 * 900 ms Workspace ONE, 640 to 690 ms for a token (facts/peers.md §0). Writes are taken to cost what reads cost.
 */
import type { SimRoute, Simulator } from './route';

export const LATENCY_PROFILES = ['none', 'real'] as const;
export type LatencyProfile = (typeof LATENCY_PROFILES)[number];

const TOKEN_MS = 650;
const READ_MS: Readonly<Record<Simulator['latency'], number>> = {
  jamf: 450,
  graph: 350,
  'workspace-one': 900,
  // A static file from a content network: no recording exists, 100 ms is a guess.
  feed: 100,
  // No figure is published; 10 to 50 ms within a region are assumed (facts/key-directory.md §2.2).
  vault: 30,
};

/** @returns milliseconds from the arrival of a request to the first byte of its answer. */
export function latencyOf(
  profile: LatencyProfile,
  simulator: Pick<Simulator, 'latency'>,
  kind: SimRoute['kind'],
): number {
  if (profile === 'none') return 0;
  return kind === 'token' ? TOKEN_MS : READ_MS[simulator.latency];
}
