/** What a server of the benchmark is told by its environment. */
export interface ServerSettings {
  readonly databaseUrl: string;
  readonly publicUrl: string;
  readonly adapter: 'fastify' | 'express';
  /** Whether discovery needs no token. */
  readonly publicDiscovery: boolean;
  /** Whether the server delivers events. */
  readonly relay: boolean;
}

/** The same for all servers, so that their answers have the same length. */
export const PUBLIC_URL = 'https://api.example.com/scim/v2';

/** Seconds for which the library's servers remember a token. */
export const TOKEN_CACHE_SECONDS = 5;

/** @throws Error when a variable is missing */
export function readServerSettings(environment: NodeJS.ProcessEnv = process.env): ServerSettings {
  const databaseUrl = environment.DATABASE_URL;
  if (!databaseUrl) throw new Error('DATABASE_URL is missing.');
  return {
    databaseUrl,
    publicUrl: PUBLIC_URL,
    adapter: environment.HTTP_ADAPTER === 'express' ? 'express' : 'fastify',
    relay: environment.RELAY === 'on',
    publicDiscovery: environment.PUBLIC_DISCOVERY !== 'off',
  };
}
