// Builds the benchmark and runs it: npm run bench -- --help
import { spawnSync } from 'node:child_process';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const project = resolve(import.meta.dirname, '..');
const nest = join(project, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
const { status } = spawnSync(process.execPath, [nest, 'build', '--path', 'tsconfig.bench.json'], {
  cwd: project,
  stdio: ['ignore', 2, 2],
});
if (status !== 0) process.exit(1);
const program = join(project, 'dist', 'bench', 'bench', 'main.js');
process.argv = [process.argv[0], program, ...process.argv.slice(2)];
await import(pathToFileURL(program).href);
