import { readArguments, USAGE } from './arguments.js';
import { runBenchmark } from './run-benchmark.js';

const asked = readArguments(process.argv.slice(2));
if (asked.help) process.stdout.write(USAGE);
else await runBenchmark(asked);
