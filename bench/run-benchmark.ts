import { Client } from 'pg';
import type { BenchArguments } from './arguments.js';
import type { Bar } from './bars/bar.js';
import { COUNTED, countBars } from './bars/count-bars.js';
import { isAsked } from './bars/goal.js';
import { httpBars, operationsOfGoal } from './bars/http-bars.js';
import { peerBars } from './bars/peer-bars.js';
import { countRequest, type Counted } from './counts/count-requests.js';
import { tokenLookUpBar } from './counts/token-look-ups.js';
import { Directory } from './data/directory.js';
import { COMPARED_ON_EXPRESS, type Sizes, SIZES } from './data/sizes.js';
import { type BenchDatabase, openBenchDatabase } from './database/bench-database.js';
import { seed } from './database/seed.js';
import { eventBars, measureEvents } from './events/measure-events.js';
import { measureGrowth } from './growth/grow.js';
import { LoadGenerator } from './load/load-generator.js';
import { type Bench, compare, type Comparison } from './measure/comparison.js';
import { findDeepCursor } from './measure/deep-cursor.js';
import { groupStreamBars } from './measure/group-stream.js';
import { memoryBars } from './measure/memory.js';
import { profileOperations } from './measure/profile-operations.js';
import type { Variant } from './measure/variant.js';
import { warmUp } from './measure/warm-up.js';
import { measureFunctions } from './micro/measure-functions.js';
import { OPERATIONS } from './operations/index.js';
import type { Operation } from './operations/operation.js';
import { installPeer } from './peers/install-peer.js';
import { PEER_OPERATIONS } from './peers/peer-operations.js';
import { startPeers } from './peers/start-peers.js';
import { poolBars, saturatePool } from './pool/saturate.js';
import { writePage } from './report/page.js';
import {
  printBars,
  printComparison,
  printEvents,
  printFunctions,
  printHeading,
  printPool,
} from './report/print.js';
import { readResults, type Results, writeResults } from './report/results-file.js';
import { describeSurroundings } from './report/surroundings.js';
import { issueTokens } from './servers/issue-tokens.js';
import { pinProcess } from './servers/processor-cores.js';
import {
  CLOSED,
  CONTROL,
  CONTROL_EXPRESS,
  FIND_ONE,
  LIBRARY,
  LIBRARY_EXPRESS,
  startVariants,
} from './servers/start-variants.js';
import { creationBars } from './store/creation-bars.js';
import { lookUpBars } from './store/look-up-bars.js';
import { memberReplacementBars } from './store/member-replacement.js';
import { pageBars } from './store/page-bars.js';
import { tenantsBars } from './store/tenants-bars.js';
import { walBars } from './store/wal-bars.js';

/** What the steps of a run share. */
interface Setting extends Bench {
  readonly url: string;
  readonly variants: readonly Variant[];
  readonly only: readonly string[];
}

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
    const tokens = await issueTokens(database.url, tenants);
    const wanted = asked.profiles === undefined ? undefined : [LIBRARY];
    variants = await startVariants(database.url, directory, tokens, wanted);
    if (asked.peers) installPeer('libs');
    if (asked.profiles === undefined && (asked.peers || isAsked(asked.only, '19')))
      variants.push(...(await startPeers(database.url, directory, asked.peers)));
    if (asked.profiles !== undefined) {
      const wanted = OPERATIONS.filter(({ name }) => isAsked(asked.only, name));
      const library = variants.find(({ name }) => name === LIBRARY)!;
      return await profileOperations({ directory, load, database: client }, wanted, library, asked.profiles);
    }
    const results = await measure(
      { directory, load, database: client, url: database.url, variants, only: asked.only },
      database,
    );
    printPool(results.pool);
    if (results.events) printEvents(results.events);
    printFunctions(results.micro);
    printBars(results.bars);
    // A part would overwrite the whole.
    if (asked.only.length > 0) return;
    writeResults(results);
    // Little data says nothing, and the short form does not replace the full one.
    if (asked.sizes === 'full' || (asked.sizes === 'short' && !readResults('full'))) writePage(results);
  } finally {
    load.stop();
    for (const { server } of variants) await server.stop();
    await client.end();
    await database.close();
  }
}

async function measure(setting: Setting, { own }: BenchDatabase): Promise<Results> {
  const { directory, database, only } = setting;
  const counted = await countAll(setting);
  const functions = isAsked(only, '5', '6', 'functions') ? await measureFunctions() : { micro: [], bars: [] };
  const bars: Bar[] = [...functions.bars, ...countBars(counted), ...(await storeBars(setting))];
  const library = named(setting, LIBRARY);
  if (isAsked(only, '4', 'token-look-ups')) bars.push(await tokenLookUpBar(directory, library));
  if (isAsked(only, '11')) bars.push(...(await groupStreamBars(directory, library, named(setting, CONTROL))));
  const comparisons = await compareAll(setting);
  bars.push(...httpBars(new Map(comparisons.map((comparison) => [comparison.operation, comparison]))));
  if (isAsked(only, '20')) {
    printHeading('Memory');
    bars.push(...(await memoryOfFreshServers(setting)));
  }
  const peers = setting.variants.filter(({ foreign }) => foreign);
  const besidePeers = peers.length > 0 ? await compareWithPeers(setting, [library, ...peers]) : [];
  bars.push(...peerBars(besidePeers));
  const growth = isAsked(only, 'growth') ? await measureGrowth(setting, library) : [];
  const pool = isAsked(only, 'pool') ? await saturatePool(directory, library) : [];
  if (pool.length > 0) bars.push(...poolBars(pool));
  const events = isAsked(only, 'events')
    ? await measureEvents(setting, setting.url, library.tokens)
    : undefined;
  if (events) bars.push(...eventBars(events));
  bars.sort((a, b) => goalOf(a) - goalOf(b));
  return {
    surroundings: await describeSurroundings(database, own),
    sizes: directory.sizes,
    bars: only.length === 0 ? bars : bars.filter(({ value }) => value !== undefined),
    comparisons,
    counts: [...counted.values()].map(({ sent: _, ...count }) => count),
    besidePeers,
    growth,
    pool,
    events,
    micro: functions.micro,
  };
}

/** Bars of the project's own have no number and come last. */
function goalOf({ name }: Bar): number {
  const number = Number.parseInt(name, 10);
  return Number.isNaN(number) ? Infinity : number;
}

async function countAll({ directory, database, variants, only }: Setting): Promise<Map<string, Counted>> {
  const counted = new Map<string, Counted>();
  const library = variants.find(({ name }) => name === LIBRARY);
  for (const operation of OPERATIONS) {
    if (!library || !COUNTED.includes(operation.name)) continue;
    if (!isAsked(only, operation.name, '12', '15', '16', '17', '18')) continue;
    counted.set(operation.name, await countRequest(database, directory, operation, library));
  }
  return counted;
}

async function storeBars({ url, database, directory, only }: Setting): Promise<Bar[]> {
  return [
    ...(isAsked(only, '8', 'email-elsewhere') ? await lookUpBars(directory) : []),
    ...(isAsked(only, '10') ? await memberReplacementBars(url, database, directory) : []),
    ...(isAsked(only, '14', '15') ? await pageBars(url, database, directory) : []),
    ...(isAsked(only, '16', 'create-in-store') ? await creationBars(url, database, directory) : []),
    ...(isAsked(only, '16', '17') ? await walBars(url, database, directory) : []),
    ...(isAsked(only, '21') ? await tenantsBars(url, directory) : []),
  ];
}

async function compareAll(setting: Setting): Promise<Comparison[]> {
  const { variants, only, directory } = setting;
  const ofGoals = only.flatMap(operationsOfGoal);
  const wanted = OPERATIONS.filter(({ name }) => isAsked(only, name) || ofGoals.includes(name));
  if (wanted.some(({ name }) => name === 'list-deep-cursor')) await findDeepCursor(directory, variants);
  if (wanted.length > 0) await warmUp(setting, variants);
  const comparisons: Comparison[] = [];
  for (const operation of wanted) {
    const comparison = await compare(setting, operation, serversOf(operation, variants, directory.sizes));
    printComparison(comparison);
    comparisons.push(comparison);
  }
  return comparisons;
}

async function compareWithPeers(setting: Setting, variants: readonly Variant[]): Promise<Comparison[]> {
  printHeading('Beside the peers');
  const comparisons: Comparison[] = [];
  for (const operation of PEER_OPERATIONS) {
    if (!isAsked(setting.only, operation.name, '19')) continue;
    const comparison = await compare(setting, operation, variants);
    printComparison(comparison);
    comparisons.push(comparison);
  }
  return comparisons;
}

async function memoryOfFreshServers(setting: Setting): Promise<Bar[]> {
  const { url, directory } = setting;
  const { tokens } = named(setting, LIBRARY);
  const variants = await startVariants(url, directory, tokens, [LIBRARY, FIND_ONE]);
  try {
    const fresh = { ...setting, variants };
    return await memoryBars(fresh, named(fresh, LIBRARY), named(fresh, FIND_ONE), directory.sizes.mixed);
  } finally {
    for (const { server } of variants) await server.stop();
  }
}

/** Two of the servers are for one operation each. */
function serversOf({ name }: Operation, variants: readonly Variant[], { onExpress }: Sizes): Variant[] {
  return variants.filter((variant) => {
    if (variant.foreign) return false;
    if (variant.name === CONTROL_EXPRESS && !COMPARED_ON_EXPRESS.includes(name)) return false;
    if (variant.name === LIBRARY_EXPRESS && onExpress && !onExpress.includes(name)) return false;
    if (name === 'token-check') return variant.name === LIBRARY || variant.name === CLOSED;
    return variant.name !== CLOSED && (variant.name !== FIND_ONE || name.startsWith('get-user'));
  });
}

function named({ variants }: Setting, name: string): Variant {
  const variant = variants.find((candidate) => candidate.name === name);
  if (!variant) throw new Error(`The server ${name} does not run.`);
  return variant;
}
