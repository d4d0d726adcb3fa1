import { resolve } from 'node:path';
import { StartError } from './start-error.js';

/** Path of the SCIM endpoints. */
export const SCIM_PATH = 'scim/v2';

/** How the host was told to run. */
export interface Environment {
  /** PORT. 0 takes any free one. @default 3000 */
  readonly port: number;
  /** HOST: the address to listen on. @default 127.0.0.1 */
  readonly host: string;
  /** DATABASE_URL of a PostgreSQL, MySQL or MariaDB. Without it the host runs a PostgreSQL in the data directory. */
  readonly databaseUrl: string | undefined;
  /** SCIM_DATA_DIR: where the host's own database is kept. @default .data */
  readonly dataDirectory: string;
  /** HTTP_ADAPTER. @default fastify */
  readonly httpAdapter: 'fastify' | 'express';
  /** PUBLIC_URL: address of the SCIM endpoints as identity providers see them. */
  readonly publicUrl: string | undefined;
  /** CURSOR_KEY: secret of the paging cursors, the same for all instances. Without it the process makes its own. */
  readonly cursorKey: string | undefined;
  /** False with NODE_ENV=production: no token is made and printed. */
  readonly demo: boolean;
}

/** @throws StartError naming the variable that cannot be used */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const value = (name: string): string | undefined => variables[name]?.trim() || undefined;
  return {
    port: readPort(value('PORT') ?? '3000'),
    host: value('HOST') ?? '127.0.0.1',
    databaseUrl: readDatabaseUrl(value('DATABASE_URL')),
    dataDirectory: resolve(value('SCIM_DATA_DIR') ?? '.data'),
    httpAdapter: readAdapter(value('HTTP_ADAPTER') ?? 'fastify'),
    publicUrl: readPublicUrl(value('PUBLIC_URL')),
    cursorKey: readCursorKey(value('CURSOR_KEY')),
    demo: value('NODE_ENV') !== 'production',
  };
}

/** Address of the SCIM endpoints on this machine when nothing else is configured. */
export function localBaseUrl(host: string, port: number): string {
  const reachable = host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host;
  return `http://${reachable.includes(':') ? `[${reachable}]` : reachable}:${port}/${SCIM_PATH}`;
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port <= 65_535) return port;
  throw new StartError('PORT must be a number from 0 to 65535.');
}

function readAdapter(text: string): 'fastify' | 'express' {
  if (text === 'fastify' || text === 'express') return text;
  throw new StartError('HTTP_ADAPTER must be fastify or express.');
}

/** The text is not repeated in the message: it holds a password. */
function readDatabaseUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^(postgres(ql)?|mysql|mariadb):\/\//.test(text) && URL.canParse(text)) return text;
  throw new StartError(
    'DATABASE_URL must look like postgres://user:password@host:5432/database, or begin with mysql: or mariadb:.',
  );
}

/** The text is not repeated in the message: it is a secret. */
function readCursorKey(text: string | undefined): string | undefined {
  if (text === undefined || text.length >= 32) return text;
  throw new StartError('CURSOR_KEY must have 32 characters or more; openssl rand -base64 32 makes one.');
}

/** An origin alone is completed with the path of the endpoints. */
function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    throw new StartError(`PUBLIC_URL must look like https://api.example.com/${SCIM_PATH}.`);
  }
  const tidy = text.replace(/\/+$/, '');
  return new URL(tidy).pathname === '/' ? `${tidy}/${SCIM_PATH}` : tidy;
}
