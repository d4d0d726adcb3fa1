import { Injectable, type OnModuleDestroy } from '@nestjs/common';
import pg, { type PoolClient } from 'pg';
import { readServerSettings } from '../servers/server-settings.js';

/** A statement with a name, so that PostgreSQL parses and plans it once for each connection. */
export interface NamedStatement {
  readonly name: string;
  readonly text: string;
}

/** One statement that makes all these writes; its values are theirs in this order. */
export function together(name: string, writes: readonly NamedStatement[]): NamedStatement {
  let used = 0;
  const parts = writes.map(({ text }, i) => {
    const offset = used;
    used += Math.max(...[...text.matchAll(/\$(\d+)/g)].map(([, number]) => Number(number)));
    return `w${i} as (${text.replace(/\$(\d+)/g, (_, number: string) => `$${Number(number) + offset}`)})`;
  });
  return { name, text: `with ${parts.join(', ')} select` };
}

/** Runs named statements: the pool, or one connection with an open transaction. */
export type Run = <R>(statement: NamedStatement, values: readonly unknown[]) => Promise<R[]>;

const runOn =
  (client: pg.Pool | PoolClient): Run =>
  async <R>({ name, text }: NamedStatement, values: readonly unknown[]) =>
    (await client.query({ name, text, values: [...values] })).rows as R[];

/** A pool of the size that TypeORM's has. */
@Injectable()
export class ControlDatabase implements OnModuleDestroy {
  private readonly pool = new pg.Pool({ connectionString: readServerSettings().databaseUrl, max: 10 });
  readonly run: Run = runOn(this.pool);

  async transaction<T>(work: (run: Run) => Promise<T>): Promise<T> {
    const client = await this.pool.connect();
    try {
      await client.query('begin');
      const result = await work(runOn(client));
      await client.query('commit');
      return result;
    } catch (error) {
      await client.query('rollback');
      throw error;
    } finally {
      client.release();
    }
  }

  async onModuleDestroy(): Promise<void> {
    await this.pool.end();
  }
}
