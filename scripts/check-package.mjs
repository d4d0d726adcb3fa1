// Checks the library as its users get it: builds and packs it, lints the tarball, and installs it in an empty project
// that imports, requires and type-checks every entry point. Run by `npm run check:package`.
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import typescript from 'typescript';

const root = resolve(import.meta.dirname, '..');
const library = join(root, 'libs/scim');
const workspace = readJson(join(root, 'package.json'));
const manifest = readJson(join(library, 'package.json'));
const entryPoints = Object.keys(manifest.exports)
  .filter((path) => path !== './package.json')
  .map((path) => manifest.name + path.slice(1));
const mostDependencies = 3;
/** Peers that Nest asks its users for. */
const neededByNest = new Set(['reflect-metadata', 'rxjs']);

let step = 0;
const steps = 8;
const work = mkdtempSync(join(tmpdir(), 'nestjs-scim-package-'));
try {
  announce('build');
  node(['scripts/build-library.mjs']);

  announce('every import is declared');
  checkDeclared();

  announce('pack');
  const [packed] = JSON.parse(run('npm', ['pack', '--json', '--pack-destination', work], { cwd: library }));
  const tarball = join(work, packed.filename);
  checkContents(packed.files.map(({ path }) => path));

  announce('publint');
  node([bin('publint', 'src/cli.js'), 'run', tarball, '--strict']);

  announce('are the types wrong');
  run(process.execPath, [bin('@arethetypeswrong/cli', 'dist/index.js'), tarball, '--profile', 'esm-only'], {
    cwd: root,
  });

  announce('install in an empty project');
  const consumer = join(work, 'consumer');
  cpSync(join(root, 'scripts/consumer'), consumer, { recursive: true });
  const { devDependencies } = workspace;
  // Without the optional ones: the library must do without them.
  const peers = Object.keys(manifest.peerDependencies)
    .filter(isRequired)
    .map((name) => `${name}@${workspace.dependencies[name]}`);
  const extra = ['typescript', '@types/node'].map((name) => `${name}@${devDependencies[name]}`);
  const flags = ['--prefer-offline', '--no-audit', '--no-fund', '--loglevel', 'error'];
  run('npm', ['install', ...flags, tarball, ...peers, ...extra], { cwd: consumer });

  announce('import and require');
  const imports = entryPoints.map((name) => `await import('${name}')`).join(', ');
  writeFileSync(
    join(consumer, 'all.mjs'),
    `await import('reflect-metadata');\nreport([${imports}]);\n${report}`,
  );
  const requires = entryPoints.map((name) => `require('${name}')`).join(', ');
  writeFileSync(join(consumer, 'all.cjs'), `require('reflect-metadata');\nreport([${requires}]);\n${report}`);
  node(['all.mjs'], consumer);
  node(['all.cjs'], consumer);

  announce('type-check a consumer');
  typeCheck(consumer);
  console.log('The package is sound.');
} catch (error) {
  console.error(`check:package failed: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(work, { recursive: true, force: true });
}

/** Appended to the two programs: an entry point that exports nothing was not loaded. */
function report(modules) {
  const counts = modules.map((module) => Object.keys(module).length);
  console.log(`  exports of each entry point: ${counts.join(', ')}`);
  if (counts.some((count) => count === 0)) throw new Error('an entry point exports nothing');
}

function announce(what) {
  step += 1;
  console.log(`[${step}/${steps}] ${what}`);
}

function checkDeclared() {
  const allowed = new Set([
    ...Object.keys(manifest.peerDependencies ?? {}),
    ...Object.keys(manifest.dependencies ?? {}),
    ...builtinModules.map((name) => `node:${name}`),
  ]);
  const runtime = Object.keys(manifest.dependencies ?? {}).length;
  if (runtime > mostDependencies) throw new Error(`${runtime} dependencies; at most ${mostDependencies}`);
  const wanted = new Map();
  for (const file of readdirSync(join(library, 'dist'), { recursive: true }).map(String)) {
    if (!/\.(js|d\.ts)$/.test(file)) continue;
    const text = readFileSync(join(library, 'dist', file), 'utf8');
    for (const { fileName: name } of typescript.preProcessFile(text, true, true).importedFiles) {
      if (!name.startsWith('.')) wanted.set(packageOf(name), file);
    }
  }
  const missing = [...wanted]
    .filter(([name]) => !allowed.has(name))
    .map(([name, file]) => `${name} (${file})`);
  if (missing.length > 0)
    throw new Error(`imported but not declared in libs/scim/package.json: ${missing.join(', ')}`);
  const idle = Object.keys(manifest.peerDependencies).filter(
    (name) => isRequired(name) && !wanted.has(name) && !neededByNest.has(name),
  );
  if (idle.length > 0)
    throw new Error(`declared in libs/scim/package.json but never imported: ${idle.join(', ')}`);
  console.log(
    `  ${[...wanted.keys()]
      .filter((name) => !name.startsWith('node:'))
      .sort((a, b) => a.localeCompare(b))
      .join(', ')}`,
  );
}

function isRequired(peer) {
  return manifest.peerDependenciesMeta?.[peer]?.optional !== true;
}

function packageOf(name) {
  if (name.startsWith('node:')) return name;
  return name
    .split('/')
    .slice(0, name.startsWith('@') ? 2 : 1)
    .join('/');
}

function checkContents(files) {
  for (const wanted of ['README.md', 'LICENSE', 'package.json', 'dist/index.js', 'dist/index.d.ts']) {
    if (!files.includes(wanted)) throw new Error(`${wanted} is not in the package`);
  }
  const stray = files.filter((path) => /\.spec\.|\/testing\/|\.tsbuildinfo$|(?<!\.d)\.ts$/.test(path));
  if (stray.length > 0) throw new Error(`should not be in the package: ${stray.join(', ')}`);
  console.log(`  ${files.length} files`);
}

/** Library types are checked too, but only ours can fail the check: other packages answer for themselves. */
function typeCheck(consumer) {
  const tsc = join(consumer, 'node_modules/typescript/bin/tsc');
  const { status, stdout } = spawnSync(process.execPath, [tsc, '-p', '.'], {
    cwd: consumer,
    encoding: 'utf8',
  });
  const lines = stdout.split('\n').filter((line) => line.includes('error TS'));
  const ours = lines.filter((line) => !/^node_modules\/(?!nestjs-scim\/)/.test(line));
  if (ours.length > 0 || (status !== 0 && lines.length === 0))
    throw new Error(`types:\n${ours.join('\n') || stdout}`);
  console.log(`  ${entryPoints.join(', ')}`);
}

function node(args, cwd = root) {
  run(process.execPath, args, { cwd, show: true });
}

function run(command, args, { cwd, show = false }) {
  const { status, stdout, stderr, error } = spawnSync(command, args, {
    cwd,
    encoding: 'utf8',
    maxBuffer: 1 << 27,
    timeout: 300_000,
    env: { ...process.env, FORCE_COLOR: '0', NO_COLOR: '1' },
  });
  if (show || status !== 0) process.stdout.write(stdout ?? '');
  if (status !== 0) {
    process.stderr.write(stderr ?? '');
    throw error ?? new Error(`${[command, ...args].join(' ')} ended with ${status}`);
  }
  return stdout;
}

function bin(name, path) {
  return join(root, 'node_modules', name, path);
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
