import { parseArgs } from 'node:util';
import type { Sizes } from './data/sizes.js';

/** What the benchmark is asked for. */
export interface BenchArguments {
  readonly sizes: Sizes['name'];
  /** Names of operations or parts, or numbers of bars; empty: all. */
  readonly only: readonly string[];
  readonly peers: boolean;
  readonly help: boolean;
  /** Measure nothing: write the page of the last results again. */
  readonly page: boolean;
  /** Folder for CPU profiles of the library's server; undefined: none. */
  readonly profiles: string | undefined;
}

export const USAGE = `npm run bench -- [options]

Measures the library against a bare handler with the same SQL, and against its goals.
Without options: the short form, less than ten minutes.

  --full            all of the data and all rounds; takes about three quarters of an hour
  --tiny            everything once on little data: only to see that it runs
  --only <name>     an operation (get-user), a goal by its number (9), or a part: token-look-ups,
                    email-elsewhere, create-in-store, events, pool, growth, functions; may be repeated
  --peers           installs the peers into bench/peers and measures them too
  --profiles <dir>  only writes CPU profiles of the library's server, one for each operation
  --page            measures nothing: writes the page of the last results again
  --help

PostgreSQL: an embedded one in .data/bench, or the empty database of DATABASE_URL.
MySQL or MariaDB: the server of MYSQL_URL; without it goal 8 is not measured there.
Results: bench/results/<form>.json and docs/reference/performance.md.
`;

/** @throws TypeError for an unknown option */
export function readArguments(args: readonly string[]): BenchArguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      full: { type: 'boolean', default: false },
      tiny: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      peers: { type: 'boolean', default: false },
      profiles: { type: 'string' },
      help: { type: 'boolean', default: false },
      page: { type: 'boolean', default: false },
    },
  });
  return {
    sizes: values.full ? 'full' : values.tiny ? 'tiny' : 'short',
    only: values.only,
    peers: values.peers,
    help: values.help,
    page: values.page,
    profiles: values.profiles,
  };
}
