import { fileURLToPath } from 'node:url';
import type { Directory } from '../data/directory.js';
import type { Variant } from '../measure/variant.js';
import { ServerProcess } from './server-process.js';

/** The servers that every run compares. */
export const LIBRARY = 'library on Fastify';
export const LIBRARY_EXPRESS = 'library on Express';
export const CONTROL = 'control on Fastify';
export const CONTROL_EXPRESS = 'control on Express';
/** The way of the textbook. */
export const FIND_ONE = 'repository.findOne';
/** The library with discovery behind a token: what its token check costs. */
export const CLOSED = 'discovery behind a token';

interface ServerOfRun {
  readonly name: string;
  readonly file: string;
  readonly environment?: Readonly<Record<string, string>>;
}

const VARIANTS: readonly ServerOfRun[] = [
  { name: CONTROL, file: 'control-server.js' },
  { name: LIBRARY, file: 'library-server.js' },
  { name: CONTROL_EXPRESS, file: 'control-server.js', environment: { HTTP_ADAPTER: 'express' } },
  { name: LIBRARY_EXPRESS, file: 'library-server.js', environment: { HTTP_ADAPTER: 'express' } },
  { name: FIND_ONE, file: 'control-server.js', environment: { FIND_ONE: 'yes' } },
  { name: CLOSED, file: 'library-server.js', environment: { PUBLIC_DISCOVERY: 'off' } },
];

/** Starts all of them: those that are not asked cost nothing. */
export async function startVariants(
  databaseUrl: string,
  directory: Directory,
  tokens: ReadonlyMap<string, string>,
  wanted: readonly string[] = VARIANTS.map(({ name }) => name),
): Promise<Variant[]> {
  const variants: Variant[] = [];
  for (const { name, file, environment } of VARIANTS) {
    if (!wanted.includes(name)) continue;
    variants.push(await startVariant({ name, file, environment }, databaseUrl, directory, tokens));
  }
  return variants;
}

/** The library's server with its relay on, beside the others: it delivers what all of them write. */
export function startDelivering(
  databaseUrl: string,
  directory: Directory,
  tokens: ReadonlyMap<string, string>,
): Promise<Variant> {
  const delivering = {
    name: 'library that delivers',
    file: 'library-server.js',
    environment: { RELAY: 'on' },
  };
  return startVariant(delivering, databaseUrl, directory, tokens);
}

async function startVariant(
  { name, file, environment }: ServerOfRun,
  databaseUrl: string,
  directory: Directory,
  tokens: ReadonlyMap<string, string>,
): Promise<Variant> {
  const server = await ServerProcess.start({
    file: fileURLToPath(new URL(file, import.meta.url)),
    environment: { DATABASE_URL: databaseUrl, ...environment },
  });
  return { name, server, baseUrl: `http://127.0.0.1:${server.port}/scim/v2`, tokens, directory, values: {} };
}
