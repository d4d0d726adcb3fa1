import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  describeEachDatabase,
  openDatabase,
  type OpenDatabase,
} from '../../../../../test/support/databases.js';
import { inTenant } from '../../../../../test/support/origin.js';
import { fresh } from '../../../../../test/support/resources.js';
import { eventsOf } from '../../events/events-of.js';
import { Database, type Transaction } from '../database.js';
import type { Statement } from '../dialects/statement.js';
import { TypeOrmOutbox } from './typeorm-outbox.js';

describeEachDatabase('Events that are appended', (name) => {
  let opened: OpenDatabase;
  beforeAll(async () => {
    opened = await openDatabase(name);
  });
  afterAll(() => opened.close());

  it('go in statements of bounded size, however many members a deleted group had', async () => {
    const outbox = new TypeOrmOutbox(opened.dataSource);
    const database = new Database(opened.dataSource);
    const tenantId = fresh('tenant');
    const removed = Array.from({ length: 100_000 }, (_, i) => ({
      id: `00000000-0000-7000-8000-${String(i).padStart(12, '0')}`,
      type: 'User',
    }));
    const events = eventsOf({
      kind: 'deleted',
      resourceType: 'Group',
      id: '00000000-0000-7000-9000-000000000000',
      version: 2,
      time: new Date().toISOString(),
      before: {},
      members: { added: [], removed },
      origin: inTenant(tenantId),
    });
    const sizes: number[] = [];
    await database.transaction((tx) => {
      const write = (statement: Statement): Promise<void> => {
        sizes.push(JSON.stringify(statement.values).length);
        return tx.write(statement);
      };
      return outbox.append(events, Object.create(tx, { write: { value: write } }) as Transaction);
    });
    expect(Math.max(...sizes)).toBeLessThan(4_000_000);
    expect((await outbox.status(tenantId)).undelivered).toBe(events.length);
  });
});
