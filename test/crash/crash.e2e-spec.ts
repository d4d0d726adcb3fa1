import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ScimTokens } from 'nestjs-scim';
import { SCIM_MIGRATIONS, scimEntities, TypeOrmTokenStore } from 'nestjs-scim/typeorm';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emptyDatabase } from '../support/databases.js';
import { until } from '../support/outbox-rows.js';
import { ScimClient } from '../support/scim-client.js';
import { CrashClient, randomFrom } from './crash-client.js';
import { CrashDatabase, freePort } from './crash-database.js';
import { buildCrashApp, CrashInstance } from './crash-instances.js';
import { readJournal, violations } from './crash-invariants.js';

/** `npm run test:crash` plays it in full. */
const FULL = process.env['SCIM_CRASH'] === 'full';
const SEED = Number(process.env['SCIM_CRASH_SEED'] ?? 20261127);
const KILLS = FULL ? 50 : 3;
const DATABASE_KILLS = FULL ? 2 : 0;
const WRITERS = 4;
const INSTANCES = 2;

describe(`killed at random moments under load (seed ${SEED})`, () => {
  let directory: string;
  let dataSource: DataSource;
  let database: CrashDatabase | undefined;
  let dropDatabase = async (): Promise<void> => undefined;
  let journal: string;
  let url: string;
  const instances: CrashInstance[] = [];
  const clients: CrashClient[] = [];

  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'nestjs-scim-crash-'));
    journal = join(directory, 'journal');
    await writeFile(journal, '');
    if (DATABASE_KILLS > 0) {
      database = await CrashDatabase.create();
      url = database.url;
    } else {
      const empty = await emptyDatabase('postgres');
      dropDatabase = empty.drop;
      url = (empty.options as { url: string }).url;
    }
    dataSource = await openDataSource(url);
    const tokens = new ScimTokens(new TypeOrmTokenStore(dataSource), { tokenCacheSeconds: 0 });
    const { token } = await tokens.issue({ tenantId: 'acme', connection: { name: 'idp' } });
    await dataSource.destroy();
    // Inside the project, so that Node finds the packages.
    const program = await buildCrashApp(join(import.meta.dirname, '../../node_modules/.scim-crash'));
    const servers: ScimClient[] = [];
    for (let i = 0; i < INSTANCES; i++) {
      const port = await freePort();
      instances.push(new CrashInstance(program, { DATABASE_URL: url, PORT: String(port), JOURNAL: journal }));
      servers.push(new ScimClient(`http://127.0.0.1:${port}/scim/v2`, token));
    }
    await Promise.all(instances.map((instance) => instance.start()));
    for (let i = 0; i < WRITERS; i++) clients.push(new CrashClient(servers, SEED + i));
  }, 120_000);

  afterAll(async () => {
    await Promise.all(instances.map((instance) => instance.stop()));
    if (dataSource?.isInitialized) await dataSource.destroy();
    await database?.close();
    await dropDatabase();
    await rm(directory, { recursive: true, force: true });
  });

  it(
    'loses no acknowledged change, no event and no order, and invents none',
    async () => {
      const random = randomFrom(SEED);
      let killing = true;
      const working = clients.map(async (client) => {
        while (killing) await client.step();
      });
      for (let kill = 1; kill <= KILLS; kill++) {
        await delay(200 + random() * 800);
        const victim = instances[Math.floor(random() * instances.length)]!;
        await victim.killAndRestart();
        if (DATABASE_KILLS > 0 && kill % Math.ceil(KILLS / (DATABASE_KILLS + 1)) === 0) {
          await database!.kill();
        }
        if (FULL) process.stderr.write(`kill ${kill} of ${KILLS}\n`);
      }
      await Promise.all(instances.map((instance) => instance.ready()));
      await delay(1000);
      killing = false;
      await Promise.all(working);
      dataSource = await openDataSource(url);
      const waiting = async (): Promise<number> => {
        const rows: object[] = await dataSource.query("select id from scim_outbox where settled_at = ''");
        return rows.length;
      };
      await until(async () => (await waiting()) === 0, 30_000);
      const told = readJournal(journal);
      const acknowledged = clients.reduce((sum, client) => sum + client.acknowledged.length, 0);
      const lost = clients.reduce((sum, client) => sum + client.lost, 0);
      const repeated = told.length - new Set(told.map(({ id }) => id)).size;
      const kills = instances.reduce((sum, instance) => sum + instance.kills, 0);
      process.stderr.write(
        `crash test, seed ${SEED}: ${kills} kills, ${database?.kills ?? 0} of the database, ` +
          `${acknowledged} acknowledged writes, ${lost} answers lost, ${told.length} events told, ${repeated} of them again\n`,
      );
      expect(acknowledged).toBeGreaterThan(KILLS * 5);
      expect(await violations(dataSource, clients, told)).toEqual([]);
    },
    FULL ? 40 * 60_000 : 120_000,
  );
});

async function openDataSource(url: string): Promise<DataSource> {
  const dataSource = new DataSource({
    type: 'postgres',
    url,
    entities: scimEntities(),
    migrations: SCIM_MIGRATIONS,
    migrationsRun: true,
  });
  return dataSource.initialize();
}
