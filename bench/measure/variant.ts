import type { Directory } from '../data/directory.js';
import type { ServerProcess } from '../servers/server-process.js';

/** A server that takes part in a comparison. */
export interface Variant {
  /** For example `library-fastify`. */
  readonly name: string;
  readonly server: ServerProcess;
  readonly baseUrl: string;
  /** Bearer token by tenant. */
  readonly tokens: ReadonlyMap<string, string>;
  /** What is where in its data. */
  readonly directory: Directory;
  /** Where the ids are that it has made itself. */
  readonly idsFile?: string;
  /** A peer, with tables that are not ours. @default false */
  readonly foreign?: boolean;
  /** What the server said earlier, a cursor for example. */
  readonly values: Record<string, string>;
}
