// npm run conformance [-- --check] [--report FILE]
//
// Runs the test suite and writes docs/reference/conformance.md from its results. With --check nothing is written: it
// fails when a MUST has no passing test, a test that names a rule failed, a test names an unknown rule, or the
// committed page is out of date. --report takes the results of a run that was made before (vitest's JSON reporter).
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { renderPage, withoutCounts } from './conformance/page.mjs';
import { complaints, resultsById, verdicts } from './conformance/results.mjs';

const root = resolve(import.meta.dirname, '..');
const pagePath = join(root, 'docs/reference/conformance.md');
const { values } = parseArgs({ options: { check: { type: 'boolean' }, report: { type: 'string' } } });

const report = values.report ? readJson(resolve(values.report)) : runTests();
const catalogue = readJson(join(root, 'docs/reference/requirements.json'));
const results = resultsById(report);
const judged = verdicts(catalogue, results);
const page = renderPage(catalogue, judged);
const passed = judged.filter(({ state }) => state === 'passed').length;
console.log(`${passed} of ${judged.length} rules passed.`);

if (values.check) {
  const wrong = complaints(catalogue, results);
  const committed = existsSync(pagePath) ? readFileSync(pagePath, 'utf8') : '';
  if (withoutCounts(committed) !== withoutCounts(page)) {
    wrong.push('docs/reference/conformance.md is out of date: npm run conformance');
  }
  for (const sentence of wrong) console.error(sentence);
  if (wrong.length > 0) {
    console.error(`${wrong.length} complaints.`);
    process.exit(1);
  }
} else {
  writeFileSync(pagePath, `${page.trimEnd()}\n`);
  console.log('Wrote docs/reference/conformance.md.');
  // The page tells the truth about failed tests; the command does too.
  if (judged.some(({ state }) => state === 'failed')) process.exit(1);
}

function runTests() {
  const folder = mkdtempSync(join(tmpdir(), 'conformance-'));
  try {
    const output = join(folder, 'report.json');
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${output}`];
    spawnSync(process.execPath, [vitest, 'run', ...reporters], {
      cwd: root,
      stdio: ['ignore', 'inherit', 'inherit'],
      timeout: 15 * 60_000,
    });
    if (!existsSync(output)) {
      console.error('The test suite left no report.');
      process.exit(1);
    }
    return readJson(output);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}
