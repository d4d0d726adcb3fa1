import type { AddressInfo } from 'node:net';
import type { INestApplication } from '@nestjs/common';
import { ScimTokens } from 'nestjs-scim';
import { DataSource } from 'typeorm';
import { createApp } from '../../src/create-app.js';
import { readEnvironment } from '../../src/environment.js';
import { HostSettings } from '../../src/host-settings.js';
import { migrate } from '../../src/migrate.js';
import { Sessions } from '../../src/sessions/sessions.js';
import { databaseOptions } from '../../src/database-options.js';
import { emptyDatabase } from './databases.js';
import { type ScimCall, ScimClient, type ScimReply } from './scim-client.js';

export const OWNER = { email: 'owner@acme.example', password: 'a long enough password' };

/** The reference host on a database of its own, with a workspace that has an owner. */
export interface HostApp {
  readonly app: INestApplication;
  readonly origin: string;
  readonly dataSource: DataSource;
  /** Founds a workspace. */
  found(name?: string): Promise<FoundedWorkspace>;
  close(): Promise<void>;
}

export interface FoundedWorkspace {
  readonly id: string;
  /** SCIM with a token of the workspace. */
  readonly scim: ScimClient;
  readonly owner: HostClient;
  /** Gives a member a password, by a link as people get it. */
  givePassword(userId: string, password?: string): Promise<void>;
  signIn(email: string, password?: string): Promise<HostClient>;
  /** Signs a member in without asking for the password, which takes its time. */
  session(userId: string): Promise<HostClient>;
}

export const PASSWORD = 'correct horse battery';

export async function bootHost(variables: NodeJS.ProcessEnv = {}): Promise<HostApp> {
  const database = await emptyDatabase('postgres');
  const { url } = database.options as { url: string };
  const migrating = await new DataSource(databaseOptions(url)).initialize();
  await migrate(migrating);
  await migrating.destroy();
  const app = await createApp(readEnvironment(variables), url, false);
  await app.listen(0, '127.0.0.1');
  const { port } = (app.getHttpServer() as { address(): AddressInfo }).address();
  const origin = `http://127.0.0.1:${port}`;
  const settings = app.get(HostSettings);
  settings.appUrl = origin;
  settings.scimUrl = `${origin}/scim/v2`;
  const close = async (): Promise<void> => {
    await app.close();
    await database.drop();
  };
  return { app, origin, dataSource: app.get(DataSource), close, found: (name) => found(app, origin, name) };
}

async function found(app: INestApplication, origin: string, name = 'Acme'): Promise<FoundedWorkspace> {
  const guest = new HostClient(origin);
  const reply = await guest.post('/api/workspaces', { name, ...OWNER });
  if (reply.status !== 201) throw new Error(`sign-up answered ${reply.status}: ${reply.text}`);
  const id = reply.body.workspace as string;
  const signIn = async (email: string, password = PASSWORD): Promise<HostClient> => {
    const session = await guest.post('/api/session', { workspace: id, email, password });
    if (session.status !== 201) throw new Error(`sign-in answered ${session.status}: ${session.text}`);
    return new HostClient(origin, session.body as SessionTokens);
  };
  const owner = await signIn(OWNER.email, OWNER.password);
  const { token } = await app.get(ScimTokens).issue({ tenantId: id, connection: { name: 'idp' } });
  return {
    id,
    scim: new ScimClient(`${origin}/scim/v2`, token),
    owner,
    signIn,
    session: async (userId) =>
      new HostClient(origin, await app.get(Sessions).start({ tenantId: id, id: userId }, 'sso')),
    async givePassword(userId, password = PASSWORD) {
      const link = await owner.post(`/api/admin/members/${userId}/password-link`, {});
      const secret = new URL(link.body.url as string).searchParams.get('token');
      const chosen = await guest.post('/api/password', { token: secret, password });
      if (chosen.status !== 204) throw new Error(`password answered ${chosen.status}: ${chosen.text}`);
    },
  };
}

export interface SessionTokens {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly expiresIn: number;
}

/** A program that uses the application's own API. */
export class HostClient {
  private readonly client: ScimClient;

  constructor(
    readonly origin: string,
    readonly tokens?: SessionTokens,
  ) {
    this.client = new ScimClient(origin, tokens?.accessToken);
  }

  get(path: string, call?: ScimCall): Promise<ScimReply> {
    return this.client.get(path, call);
  }

  post(path: string, body: object): Promise<ScimReply> {
    return this.client.post(path, body, { headers: { 'content-type': 'application/json' } });
  }

  delete(path: string): Promise<ScimReply> {
    return this.client.delete(path);
  }

  /** Sends a form as a browser does. */
  form(
    path: string,
    fields: Record<string, string>,
    headers: Record<string, string> = {},
  ): Promise<ScimReply> {
    const raw = new URLSearchParams(fields).toString();
    const type = { 'content-type': 'application/x-www-form-urlencoded' };
    return this.client.send('POST', path, { raw, headers: { ...type, ...headers } });
  }

  /** Uses the refresh token. */
  refresh(token = this.tokens?.refreshToken ?? ''): Promise<ScimReply> {
    return new HostClient(this.origin).post('/api/session/refresh', { refreshToken: token });
  }
}
