// Builds libs/scim into libs/scim/dist, from nothing each time: a file that was renamed must not be published.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '..');
rmSync(join(root, 'libs/scim/dist'), { recursive: true, force: true });
const tsc = join(root, 'node_modules/typescript/bin/tsc');
const { status } = spawnSync(process.execPath, [tsc, '-p', 'libs/scim/tsconfig.lib.json'], {
  cwd: root,
  stdio: 'inherit',
});
if (status === 0) console.log('Built libs/scim/dist.');
process.exit(status ?? 1);
