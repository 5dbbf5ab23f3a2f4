/** One project per kind of test, so that each can be run alone: `npx jest --selectProjects unit`. */
const shared = {
  testEnvironment: 'node',
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      {
        jsc: { target: 'es2023', parser: { syntax: 'typescript' } },
        module: { type: 'commonjs' },
        sourceMaps: 'inline',
      },
    ],
  },
  transformIgnorePatterns: ['/node_modules/'],
  // Loaded on demand, where TypeScript wants the ending of the compiled file.
  moduleNameMapper: { '^(.*/(?:main|telemetry/azure-monitor|storage/(?:azure|sqlite)/open-state))\\.js$': '$1' },
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
};

const project = (name) => ({ ...shared, displayName: name, testMatch: [`<rootDir>/test/${name}/**/*.test.ts`] });

module.exports = {
  projects: ['unit', 'contract', 'integration', 'functions', 'infra', 'browser'].map(project),
  reporters: ['default', '<rootDir>/test/support/count-reporter.cjs'],
  maxWorkers: 2,
  // On a busy machine a worker that has nothing left to do takes longer than half a second to end.
  workerGracefulExitTimeout: 5000,
  // Integration tests start processes; a busy machine may take its time with that.
  testTimeout: 60_000,
};
