import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openEmbeddedDatabase } from './embedded-database.js';
import { findPostmaster } from './postmaster.js';

let folder: string;
const lines: string[] = [];
const open = () => openEmbeddedDatabase(join(folder, 'data'), (line) => lines.push(line));
const running = () => findPostmaster(join(folder, 'data', 'postgres'));

async function query(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(text)).rows;
  } finally {
    await client.end();
  }
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'embedded-database-'));
  // PostgreSQL runs as another account when the tests run as root.
  await chmod(folder, 0o755);
});
afterAll(async () => {
  await rm(folder, { recursive: true, force: true });
});

describe('the embedded database', () => {
  it('keeps its data, and says only once that it is prepared', async () => {
    const first = await open();
    await query(first.url, 'create table kept as select 42 as answer');
    await first.close();
    expect(await running()).toBeUndefined();
    const second = await open();
    expect(await query(second.url, 'select answer from kept')).toEqual([{ answer: 42 }]);
    await second.close();
    expect(lines).toEqual(['Preparing the database (first start only)…']);
  });

  it('asks for a password that only its owner can read', async () => {
    const { url, close } = await open();
    const file = join(folder, 'data', 'postgres-password');
    const password = await readFile(file, 'utf8');
    const mode = (await stat(file)).mode & 0o777;
    await expect(query(url.replace(password, 'wrong'), 'select 1')).rejects.toThrow('password');
    await close();
    expect(password).toMatch(/^[0-9a-f]{48}$/);
    expect(mode).toBe(0o600);
  });

  it('starts although a process id of a dead server was left behind', async () => {
    const pidFile = join(folder, 'data', 'postgres', 'postmaster.pid');
    // Our own id: alive, but no PostgreSQL; so it is after a container was restarted.
    await writeFile(pidFile, `${process.pid}\n/x\n1\n5432\n\n127.0.0.1\n\nready\n`);
    const { url, close } = await open();
    expect(await query(url, 'select 1 as one')).toEqual([{ one: 1 }]);
    await close();
  });

  it('joins the server of another process and leaves it running for that one', async () => {
    const host = await open();
    const users = join(folder, 'data', 'database-users');
    const pid = (await running())?.pid;
    // The id of a process that lives on: our parent stands for the host.
    await writeFile(users, String(process.ppid));
    const command = await open();
    expect(command.url).toBe(host.url);
    await command.close();
    expect((await running())?.pid).toBe(pid);
    await writeFile(users, '');
    await host.close();
    expect(await running()).toBeUndefined();
  });
});
