import type { DataSource, QueryRunner } from 'typeorm';

/** Any number, the same in all processes. */
const MIGRATION_LOCK = 7_643_764_401;

/** Seconds that MySQL waits for the lock; PostgreSQL waits as long as it takes. */
const PATIENCE_SECONDS = 600;

/** Runs the migrations that are missing. Processes that start together do it one after the other. */
export async function migrate(dataSource: DataSource): Promise<void> {
  const runner = dataSource.createQueryRunner();
  try {
    await lock(runner);
    try {
      await dataSource.runMigrations({ transaction: 'each' });
    } finally {
      await unlock(runner);
    }
  } finally {
    await runner.release();
  }
}

async function lock(runner: QueryRunner): Promise<void> {
  if (isPostgres(runner)) {
    await runner.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    return;
  }
  const name = await mysqlLock(runner);
  const found: unknown = await runner.query('select get_lock(?, ?) as got', [name, PATIENCE_SECONDS]);
  if (Number((found as { got: unknown }[])[0]?.got) !== 1)
    throw new Error('another process has been migrating for ten minutes');
}

async function unlock(runner: QueryRunner): Promise<void> {
  if (isPostgres(runner)) await runner.query('select pg_advisory_unlock($1)', [MIGRATION_LOCK]);
  else await runner.query('select release_lock(?)', [await mysqlLock(runner)]);
}

/** On MySQL a lock belongs to the whole server and its name may have 64 characters. */
async function mysqlLock(runner: QueryRunner): Promise<string> {
  return `${MIGRATION_LOCK} ${await runner.getCurrentDatabase()}`.slice(0, 64);
}

function isPostgres({ dataSource }: QueryRunner): boolean {
  return dataSource.options.type === 'postgres';
}
