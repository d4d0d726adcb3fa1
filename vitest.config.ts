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
