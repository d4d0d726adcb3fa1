import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { describeEachDatabase, openDatabase, type OpenDatabase } from '../../../../test/support/databases.js';
import { Database } from './database.js';
import { takeTurn } from './turns.js';

describeEachDatabase('takeTurn', (name) => {
  let opened: OpenDatabase;
  let database: Database;
  beforeAll(async () => {
    opened = await openDatabase(name);
    database = new Database(opened.dataSource);
    // The first time makes the row on MySQL.
    await database.transaction((tx) => takeTurn(database, tx, 'mine', true));
  });
  afterAll(() => opened.close());

  it('lets nobody in beside one who is alone, and nobody is alone beside others', async () => {
    let inside = 0;
    let alone = 0;
    const overlaps: string[] = [];
    const pass = (asAlone: boolean): Promise<void> =>
      database.transaction(async (tx) => {
        await takeTurn(database, tx, 'mine', asAlone);
        inside++;
        if (asAlone) alone++;
        if (alone > 0 && inside > 1) overlaps.push(`${alone} of ${inside} alone`);
        await delay(5);
        inside--;
        if (asAlone) alone--;
      });
    await Promise.all(Array.from({ length: 12 }, (_, i) => pass(i % 2 === 0)));
    expect(overlaps).toEqual([]);
  });

  it('does not make those wait who name another text', async () => {
    await database.transaction((tx) => takeTurn(database, tx, 'theirs', true));
    if (name === 'sqlite') return;
    await database.transaction(async (tx) => {
      await takeTurn(database, tx, 'mine', true);
      const other = database.transaction((second) => takeTurn(database, second, 'theirs', true));
      await expect(other).resolves.toBeUndefined();
    });
  });
});
