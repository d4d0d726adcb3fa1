import { randomUUID } from 'node:crypto';
import type { JsonObject } from 'nestjs-scim/protocol';
import type { Client } from 'pg';
import { type Bar, bar } from '../bars/bar.js';
import type { Directory } from '../data/directory.js';
import { person } from '../data/person.js';
import { takeNumbers } from '../measure/request-numbers.js';
import { deleteNewUsers, NEW_DOMAIN } from '../operations/user-writes.js';
import { createNormalised, dropNormalisedTables, fillNormalisedTables } from './normalised-tables.js';
import { OpenStore, USERS } from './open-store.js';
import { creatingAgain } from './repeated-creation.js';
import { timeInTurns } from './time-statements.js';

const REPEATS = 20;
/** Creations before anything is timed: the store is a lot of code to warm up, the inserts beside it are not. */
const WARM = 200;

/** A new user in the library's tables, against one in five tables with an insert for each row (goal 16). */
export async function creationBars(
  url: string,
  database: Client,
  { large, sizes }: Directory,
): Promise<Bar[]> {
  const origin = { tenantId: large.id, connectionId: null, by: 'host' as const };
  const next = (): number => takeNumbers('create-user', 1);
  const silent = await OpenStore.open({ type: 'postgres', url }, false);
  const telling = await OpenStore.open({ type: 'postgres', url });
  const create = ({ store }: OpenStore, number = next()): ReturnType<typeof store.create> =>
    store.create(USERS, origin, { document: person(NEW_DOMAIN, number) as JsonObject, concealed: {} });
  try {
    await fillNormalisedTables(database, large.id);
    for (let n = 0; n < WARM; n++) for (const open of [silent, telling]) await create(open);
    const number = next();
    let id = '';
    const statements = await silent.statements(async () => {
      id = (await create(silent, number)).head.id;
    });
    const works = [
      () => create(silent),
      () => create(telling),
      creatingAgain(database, statements, { id, number }, next),
      () => createNormalised(database, large.id, randomUUID(), person(NEW_DOMAIN, next())),
    ];
    const times = await timeInTurns(works, sizes.rounds * 4, REPEATS);
    const normalised = times.at(-1)!;
    const [alone, withEvents, inDatabase] = times.map(
      (time) => `${time.toFixed(2)} ms (${(time / normalised).toFixed(2)})`,
    );
    const { rows } = await database.query<{ synchronous_commit: string }>('show synchronous_commit');
    const detail = [
      `${alone} by the store without its event`,
      `${withEvents} with it`,
      `${inDatabase} for the statements alone`,
      `${normalised.toFixed(2)} ms normalised, which has no event`,
      `synchronous_commit ${rows[0]?.synchronous_commit}`,
    ].join('; ');
    return [
      bar(
        '16 a new user in the store: time, to one in five tables',
        times[0]! / normalised,
        '<=',
        0.5,
        detail,
      ),
    ];
  } finally {
    await dropNormalisedTables(database);
    await deleteNewUsers(database);
    await silent.close();
    await telling.close();
  }
}
