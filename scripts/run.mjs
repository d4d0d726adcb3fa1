// Builds the host if its sources are newer than the last build, then runs one of its programs in this process:
//   node scripts/run.mjs main
//   node scripts/run.mjs scim-command token list --tenant demo
// One process, so that signals reach the program; nothing is deleted, so that it works beside a running host.
import { spawnSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath, pathToFileURL } from 'node:url';

const project = resolve(fileURLToPath(import.meta.url), '../..');
const stamp = join(project, 'dist', '.built');
const lock = join(project, 'dist', '.building');
const SOURCES = [
  'src',
  'libs/scim/src',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
  'package.json',
];

function newest(path) {
  const state = statSync(path);
  if (!state.isDirectory()) return state.mtimeMs;
  // The folder's own time tells of deleted files.
  const inside = readdirSync(path)
    .filter((name) => !name.endsWith('.spec.ts'))
    .map((name) => newest(join(path, name)));
  return Math.max(state.mtimeMs, ...inside);
}

function isFresh(program) {
  if (!existsSync(stamp) || !existsSync(program)) return false;
  return (
    Number(readFileSync(stamp, 'utf8')) >= Math.max(...SOURCES.map((path) => newest(join(project, path))))
  );
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Waits until no other process builds. */
async function acquireLock() {
  mkdirSync(join(project, 'dist'), { recursive: true });
  for (;;) {
    try {
      const file = openSync(lock, 'wx');
      writeFileSync(file, String(process.pid));
      closeSync(file);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(existsSync(lock) ? readFileSync(lock, 'utf8') : 0);
    if (owner > 0 && !isAlive(owner)) rmSync(lock, { force: true });
    else await sleep(200);
  }
}

function build() {
  process.stderr.write('Building (first start, or sources have changed)…\n');
  const startedAt = Date.now();
  const nest = join(project, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
  // What the compiler says goes to standard error: standard output belongs to the program.
  const { status } = spawnSync(process.execPath, [nest, 'build'], { cwd: project, stdio: ['ignore', 2, 2] });
  if (status !== 0) return false;
  writeFileSync(stamp, String(startedAt));
  return true;
}

/** False when it cannot be built; why is on standard error by then. */
async function bringUpToDate() {
  try {
    await acquireLock();
    try {
      if (isFresh(program) || build()) return true;
    } finally {
      rmSync(lock, { force: true });
    }
    process.stderr.write('The build failed.\n');
  } catch (error) {
    process.stderr.write(
      `The folder dist cannot be written (${error.code}): build as its owner with "npm run build".\n`,
    );
  }
  return false;
}

const [name, ...args] = process.argv.slice(2);
const program = join(project, 'dist', 'src', `${name}.js`);
if (!isFresh(program) && !(await bringUpToDate())) process.exit(1);
process.argv = [process.argv[0], program, ...args];
await import(pathToFileURL(program).href);
