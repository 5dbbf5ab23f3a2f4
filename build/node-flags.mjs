/**
 * What every process that sweeps is started with. Left to itself, Node sizes its heap by the machine: on one with 24 GB,
 * 128 MB of space for young objects and old ones collected late, 410 to 460 MB for sweeps that hold 60. With these the same
 * sweeps took 230 to 300 MB and about the same time; `npm run bench -- --only sweep` measures with them.
 */
export const NODE_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=60'];
