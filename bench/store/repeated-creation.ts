import { randomUUID } from 'node:crypto';
import type { Client } from 'pg';
import type { RecordedStatement } from '../servers/server-messages.js';
import type { Work } from './time-statements.js';

/**
 * Work that sends the statements of one creation again, prepared and for another user each time: what they cost in the
 * database, with nothing of the store around them.
 *
 * @param created id and number of the user whose creation was recorded
 * @param next number of another user
 */
export function creatingAgain(
  database: Client,
  statements: readonly RecordedStatement[],
  created: { readonly id: string; readonly number: number },
  next: () => number,
): Work {
  return async () => {
    const id = randomUUID();
    const number = String(next());
    const renamed = (value: unknown): unknown =>
      typeof value === 'string'
        ? value.replaceAll(created.id, id).replaceAll(String(created.number), number)
        : value;
    for (const [i, { text, values }] of statements.entries())
      await database.query({ name: `bench_creation_${i}`, text, values: values.map(renamed) });
  };
}
