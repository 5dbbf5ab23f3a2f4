/**
 * What every process that sweeps is started with. Left to itself, Node sizes its heap by the machine: on one with 24 GB,
 * 128 MB of space for young objects and old ones collected late, 410 to 460 MB for sweeps that hold 60.
 */
export const NODE_FLAGS = ['--max-semi-space-size=8', '--heap-growing-percent=60'];

/**
 * Pages are buffers of some megabytes. The C library of Linux keeps freed ones for each thread, and takes larger and larger
 * ones from its heap instead of the system: 60 MB more for a sweep of a million phones. Other systems ignore these.
 */
export const NODE_ENVIRONMENT = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};
