import { readArguments, USAGE } from './arguments.js';
import { writePage } from './report/page.js';
import { readResults } from './report/results-file.js';
import { runBenchmark } from './run-benchmark.js';

const asked = readArguments(process.argv.slice(2));
if (asked.help) process.stdout.write(USAGE);
else if (asked.page) writeLastPage();
else await runBenchmark(asked);

/** @throws Error when nothing was measured yet */
function writeLastPage(): void {
  const results = readResults('full') ?? readResults('short');
  if (!results) throw new Error('There are no results: run npm run bench first.');
  writePage(results);
}
