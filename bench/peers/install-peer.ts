import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';

/** Installs the packages of a folder below bench/peers, the first time. @returns its folder; undefined when npm fails */
export function installPeer(folder: string): string | undefined {
  const path = resolve('bench/peers', folder);
  if (existsSync(resolve(path, 'node_modules'))) return path;
  process.stderr.write(`Installing bench/peers/${folder}…\n`);
  const options = ['--no-package-lock', '--no-audit', '--no-fund', '--ignore-scripts'];
  const { status } = spawnSync('npm', ['install', ...options], { cwd: path, stdio: ['ignore', 2, 2] });
  return status === 0 ? path : undefined;
}
