/**
 * What every process that sweeps is started with. Left to itself, Node sizes its heap by the machine: on one with 24 GB,
 * 128 MB of space for young objects and old ones collected late, 450 MB in all for a sweep that holds 60. With these it
 * stays below 300 MB and is no slower (`npm run bench -- --only sweep`). Function apps get them as an application setting.
 */
export const NODE_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=60'];
