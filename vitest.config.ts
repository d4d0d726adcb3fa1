import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const databaseSpecs = [
  'test/**/*.spec.ts',
  'test/**/*.e2e-spec.ts',
  'libs/scim/src/persistence/**/*.spec.ts',
];

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    testTimeout: 30_000,
    hookTimeout: 120_000,
    // Loading the framework anew for each file takes longer than most files run; no test may change what others share.
    isolate: false,
    // On two processors the default is one worker; tests wait for databases half of the time.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['libs/scim/src/**/*.spec.ts', 'src/**/*.spec.ts', 'scripts/**/*.spec.mjs'],
          exclude: databaseSpecs,
        },
      },
      {
        extends: true,
        test: {
          name: 'database',
          include: databaseSpecs,
          // Runs only when one of these files does.
          globalSetup: [
            'test/support/postgres.global-setup.ts',
            'test/support/mysql.global-setup.ts',
            'test/support/brokers.global-setup.ts',
          ],
        },
      },
    ],
  },
});
