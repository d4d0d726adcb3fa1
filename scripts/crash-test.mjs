// The whole crash test: 50 kills of the application and 2 of the database, some minutes long. SCIM_CRASH_SEED repeats a run.
import { spawnSync } from 'node:child_process';

const { status } = spawnSync(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', 'test/crash'], {
  stdio: 'inherit',
  env: { ...process.env, SCIM_CRASH: 'full' },
});
process.exit(status ?? 1);
