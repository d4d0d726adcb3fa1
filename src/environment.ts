import { resolve } from 'node:path';
import type { OidcSettings } from './host-settings.js';
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
  /** APP_URL: address of the application as people see it. Without it that of PUBLIC_URL, else where it listens. */
  readonly appUrl: string | undefined;
  /** SESSION_KEY: secret of the access tokens, the same for all instances. Without it the process makes its own. */
  readonly sessionKey: string | undefined;
  /** ACCESS_TOKEN_SECONDS: how long an access token is good for. @default 300 */
  readonly accessTokenSeconds: number;
  /** TRUSTED_PROXIES: how many proxies stand before the host and tell it the address of the client. @default 0 */
  readonly trustedProxies: number;
  /** SIGN_UP: whether anybody may found a workspace. @default open, with NODE_ENV=production closed */
  readonly openSignUp: boolean;
  /** OIDC_…: the identity provider for single sign-on; none without OIDC_ISSUER. */
  readonly oidc: OidcSettings | undefined;
  /** False with NODE_ENV=production: no token and no account is made and printed. */
  readonly demo: boolean;
}

/** @throws StartError naming the variable that cannot be used */
export function readEnvironment(variables: NodeJS.ProcessEnv = process.env): Environment {
  const value = (name: string): string | undefined => variables[name]?.trim() || undefined;
  const production = value('NODE_ENV') === 'production';
  return {
    port: readPort(value('PORT') ?? '3000'),
    host: value('HOST') ?? '127.0.0.1',
    databaseUrl: readDatabaseUrl(value('DATABASE_URL')),
    dataDirectory: resolve(value('SCIM_DATA_DIR') ?? '.data'),
    httpAdapter: readAdapter(value('HTTP_ADAPTER') ?? 'fastify'),
    publicUrl: readPublicUrl(value('PUBLIC_URL')),
    cursorKey: readSecret('CURSOR_KEY', value('CURSOR_KEY')),
    appUrl: readAppUrl(value('APP_URL')),
    sessionKey: readSecret('SESSION_KEY', value('SESSION_KEY')),
    accessTokenSeconds: readNumber('ACCESS_TOKEN_SECONDS', value('ACCESS_TOKEN_SECONDS') ?? '300', 10, 3600),
    trustedProxies: readNumber('TRUSTED_PROXIES', value('TRUSTED_PROXIES') ?? '0', 0, 10),
    openSignUp: readSignUp(value('SIGN_UP') ?? (production ? 'closed' : 'open')),
    oidc: readOidc({
      issuer: value('OIDC_ISSUER'),
      clientId: value('OIDC_CLIENT_ID'),
      clientSecret: value('OIDC_CLIENT_SECRET'),
      workspace: value('OIDC_WORKSPACE') ?? 'demo',
      externalIdClaim: value('OIDC_EXTERNAL_ID_CLAIM') ?? 'sub',
    }),
    demo: !production,
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
function readSecret(name: string, text: string | undefined): string | undefined {
  if (text === undefined || text.length >= 32) return text;
  throw new StartError(`${name} must have 32 characters or more; openssl rand -base64 32 makes one.`);
}

function readNumber(name: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d{1,9}$/.test(text) && number >= least && number <= most) return number;
  throw new StartError(`${name} must be a number from ${least} to ${most}.`);
}

function readSignUp(text: string): boolean {
  if (text === 'open' || text === 'closed') return text === 'open';
  throw new StartError('SIGN_UP must be open or closed.');
}

function readAppUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  if (/^https?:\/\//.test(text) && URL.canParse(text)) {
    const { origin, pathname } = new URL(text);
    if (pathname === '/') return origin;
  }
  throw new StartError('APP_URL must look like https://app.example.com, without a path.');
}

/** Tokens of the provider let people in, so it is asked over an encrypted connection, or on this machine. */
function readOidc({
  issuer,
  clientId,
  ...rest
}: Omit<OidcSettings, 'issuer' | 'clientId'> & { issuer?: string; clientId?: string }):
  OidcSettings | undefined {
  if (issuer === undefined) return undefined;
  if (!URL.canParse(issuer) || !isPrivateChannel(new URL(issuer))) {
    throw new StartError('OIDC_ISSUER must look like https://login.example.com.');
  }
  if (clientId === undefined) throw new StartError('OIDC_CLIENT_ID is missing: OIDC_ISSUER needs it.');
  return { issuer, clientId, ...rest };
}

function isPrivateChannel({ protocol, hostname }: URL): boolean {
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  return protocol === 'https:' || (protocol === 'http:' && loopback);
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
