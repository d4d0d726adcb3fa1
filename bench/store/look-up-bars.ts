import type { JsonObject } from 'nestjs-scim/protocol';
import { type Bar, bar } from '../bars/bar.js';
import type { Directory } from '../data/directory.js';
import { emailOf, person } from '../data/person.js';
import { ProgressBar } from '../database/progress-bar.js';
import { spread } from '../operations/operation.js';
import { OpenStore, USERS } from './open-store.js';
import { mysqlOrMariadb, type OtherDatabase, sqlite } from './other-databases.js';
import { timeInTurns } from './time-statements.js';
import { withFilter } from './typed-query.js';

const USERS_OF_TENANT = 20_000;
const TINY_USERS = 2000;
const BATCH = 500;
const REPEATS = 400;
const LIMIT = 3;
const TENANT = 'tenant';
const DOMAIN = 'look-up.example';

/** Users looked up by e-mail address on the databases that the HTTP part does not measure (goal 8). */
export async function lookUpBars({ sizes }: Directory): Promise<Bar[]> {
  const users = sizes.name === 'tiny' ? TINY_USERS : USERS_OF_TENANT;
  const mysqlUrl = process.env.MYSQL_URL;
  const bars = [await lookUpBar(sqlite(), users, sizes.rounds)];
  if (mysqlUrl) bars.push(await lookUpBar(await mysqlOrMariadb(mysqlUrl), users, sizes.rounds));
  else bars.push(bar(titleOn('MySQL or MariaDB'), undefined, '<=', LIMIT, 'MYSQL_URL is not set'));
  return bars;
}

function titleOn(database: string): string {
  return `8 emails.value eq on ${database}: time, to reading a user by id`;
}

async function lookUpBar(database: OtherDatabase, users: number, rounds: number): Promise<Bar> {
  try {
    const open = await OpenStore.open(database.options, false);
    try {
      await open.dataSource.runMigrations();
      const ids = await fill(open, database.name, users);
      for (const statement of database.analyse) await open.dataSource.query(statement);
      const [byEmail, byId] = await timeInTurns(looksOf(open, ids), rounds * 4, REPEATS);
      const detail = `${byEmail!.toFixed(3)} ms to ${byId!.toFixed(3)} ms through the store, ${users} users`;
      return bar(titleOn(database.name), byEmail! / byId!, '<=', LIMIT, detail);
    } finally {
      await open.close();
    }
  } finally {
    await database.drop();
  }
}

/** Through the store, many at a time. @returns ids of the users by number */
async function fill({ store }: OpenStore, name: string, users: number): Promise<string[]> {
  const progress = new ProgressBar(`Users on ${name}`, users);
  const origin = { tenantId: TENANT, connectionId: null, by: 'host' as const };
  const ids: string[] = [];
  for (let from = 0; from < users; from += BATCH) {
    const contents = Array.from({ length: Math.min(BATCH, users - from) }, (_, i) => ({
      document: person(DOMAIN, from + i) as JsonObject,
      concealed: {},
    }));
    for (const outcome of await store.createMany(USERS, origin, contents)) {
      if (outcome instanceof Error) throw outcome;
      ids.push(outcome.head.id);
    }
    progress.advance(contents.length);
  }
  progress.end();
  return ids;
}

/** A look-up by address and one by id, of another user each time; both check what they found. */
function looksOf({ store }: OpenStore, ids: readonly string[]): [() => Promise<void>, () => Promise<void>] {
  let number = 0;
  const next = (): number => spread(number++, ids.length);
  return [
    async () => {
      const user = next();
      const query = withFilter(`emails.value eq "${emailOf(DOMAIN, user)}"`);
      const page = await store.query(query.type, TENANT, { ...query, offset: 0, limit: 100 });
      if (page.total !== 1 || page.resources[0]?.id !== ids[user])
        throw new Error('The filter finds another.');
    },
    async () => {
      const user = next();
      const found = await store.find(USERS, TENANT, ids[user]!);
      if (found?.id !== ids[user]) throw new Error('The id finds another.');
    },
  ];
}
