import type { Executor, StoreDatabase } from './database.js';

/**
 * Transactions that name the same text wait for each other until they end: `alone` for every other, else for those that
 * are alone. Does nothing on SQLite, where writers queue anyway.
 *
 * @param name at most 255 characters
 */
export async function takeTurn(
  { dialect }: Pick<StoreDatabase, 'dialect'>,
  tx: Pick<Executor, 'run'>,
  name: string,
  alone: boolean,
): Promise<void> {
  const lock = dialect.turnSql?.('$1', alone);
  if (lock === undefined) return;
  const found = await tx.run({ text: lock, values: [name], prepare: true });
  // Whoever makes the row is alone with it until the end, this once also when that was not asked for.
  const row = dialect.turnRowSql?.('$1');
  if (found.length === 0 && row !== undefined) await tx.run({ text: row, values: [name], prepare: true });
}
