import { Client } from 'pg';
import type { BenchArguments } from './arguments.js';
import { httpBars } from './bars/http-bars.js';
import { Directory } from './data/directory.js';
import { SIZES } from './data/sizes.js';
import { openBenchDatabase } from './database/bench-database.js';
import { seed } from './database/seed.js';
import { LoadGenerator } from './load/load-generator.js';
import { type Bench, compare, type Comparison } from './measure/comparison.js';
import { findDeepCursor } from './measure/deep-cursor.js';
import type { Variant } from './measure/variant.js';
import { OPERATIONS } from './operations/index.js';
import type { Operation } from './operations/operation.js';
import { writePage } from './report/page.js';
import { printBars, printComparison } from './report/print.js';
import { readResults, type Results, writeResults } from './report/results-file.js';
import { describeSurroundings } from './report/surroundings.js';
import { issueTokens } from './servers/issue-tokens.js';
import { pinProcess } from './servers/processor-cores.js';
import { CLOSED, FIND_ONE, LIBRARY, startVariants } from './servers/start-variants.js';

/** Seeds, starts the servers, measures, judges and writes it all down. */
export async function runBenchmark(asked: BenchArguments): Promise<void> {
  pinProcess(process.pid, 'load');
  const directory = new Directory(SIZES[asked.sizes]);
  const database = await openBenchDatabase();
  const client = new Client({ connectionString: database.url });
  const load = LoadGenerator.start();
  let variants: Variant[] = [];
  try {
    await seed(database.url, directory);
    await client.connect();
    const tenants = directory.steps.map(({ id }) => id);
    variants = await startVariants(database.url, await issueTokens(database.url, tenants));
    const bench = { directory, load, database: client };
    const comparisons = await compareAll(bench, variants, asked.only);
    const results: Results = {
      surroundings: await describeSurroundings(client, database.own),
      sizes: directory.sizes,
      bars: httpBars(new Map(comparisons.map((comparison) => [comparison.operation, comparison]))),
      comparisons,
      counts: [],
      growth: [],
      micro: [],
    };
    printBars(results.bars);
    // A part would overwrite the whole.
    if (asked.only.length > 0 && readResults(asked.sizes)) return;
    writeResults(results);
    if (asked.sizes !== 'tiny') writePage(results);
  } finally {
    load.stop();
    for (const { server } of variants) await server.stop();
    await client.end();
    await database.close();
  }
}

async function compareAll(
  bench: Bench,
  variants: readonly Variant[],
  only: readonly string[],
): Promise<Comparison[]> {
  const wanted = OPERATIONS.filter(({ name }) => only.length === 0 || only.includes(name));
  if (wanted.some(({ name }) => name === 'list-deep-cursor')) {
    await findDeepCursor(bench.directory, variants);
  }
  const comparisons: Comparison[] = [];
  for (const operation of wanted) {
    const comparison = await compare(bench, operation, serversOf(operation, variants));
    printComparison(comparison);
    comparisons.push(comparison);
  }
  return comparisons;
}

/** Two of the servers are for one operation each. */
function serversOf({ name }: Operation, variants: readonly Variant[]): Variant[] {
  return variants.filter((variant) => {
    if (name === 'token-check') return variant.name === LIBRARY || variant.name === CLOSED;
    return variant.name !== CLOSED && (variant.name !== FIND_ONE || name === 'get-user');
  });
}
