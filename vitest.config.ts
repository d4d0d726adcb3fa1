import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { tsconfigPaths: true },
  test: {
    include: [
      'libs/scim/src/**/*.spec.ts',
      'src/**/*.spec.ts',
      'test/**/*.e2e-spec.ts',
      'test/**/*.spec.ts',
      'scripts/**/*.spec.mjs',
    ],
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
