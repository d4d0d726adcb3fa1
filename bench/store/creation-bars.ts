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
import { timeInTurns } from './time-statements.js';

const REPEATS = 20;

/** A new user in the library's tables, against one in five tables with an insert for each row (goal 16). */
export async function creationBars(
  url: string,
  database: Client,
  { large, sizes }: Directory,
): Promise<Bar[]> {
  const origin = { tenantId: large.id, connectionId: null, by: 'host' as const };
  const newPerson = (): ReturnType<typeof person> => person(NEW_DOMAIN, takeNumbers('create-user', 1));
  const silent = await OpenStore.open({ type: 'postgres', url }, false);
  const telling = await OpenStore.open({ type: 'postgres', url });
  const createIn =
    ({ store }: OpenStore) =>
    () =>
      store.create(USERS, origin, { document: newPerson() as JsonObject, concealed: {} });
  try {
    await fillNormalisedTables(database, large.id);
    const works = [
      createIn(silent),
      createIn(telling),
      () => createNormalised(database, large.id, randomUUID(), newPerson()),
    ];
    const [alone, withEvents, normalised] = await timeInTurns(works, sizes.rounds * 4, REPEATS);
    const { rows } = await database.query<{ synchronous_commit: string }>('show synchronous_commit');
    const times = [
      `${alone!.toFixed(2)} ms without an event`,
      `${withEvents!.toFixed(2)} ms with one (${(withEvents! / normalised!).toFixed(2)})`,
      `${normalised!.toFixed(2)} ms normalised, which has none`,
      `synchronous_commit ${rows[0]?.synchronous_commit}`,
    ];
    return [
      bar(
        '16 a new user in the store: time, to one in five tables',
        alone! / normalised!,
        '<=',
        0.5,
        times.join('; '),
      ),
    ];
  } finally {
    await dropNormalisedTables(database);
    await deleteNewUsers(database);
    await silent.close();
    await telling.close();
  }
}
