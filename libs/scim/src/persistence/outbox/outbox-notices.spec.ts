import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase, type OpenDatabase } from '../../../../../test/support/databases.js';
import { OutboxNotices } from './outbox-notices.js';

describe('OutboxNotices', () => {
  let opened: OpenDatabase;
  beforeAll(async () => {
    opened = await openDatabase('postgres');
  });
  afterAll(() => opened.close());

  it('give the connection back that comes when the application has ended already', async () => {
    const pool = (opened.dataSource.driver as unknown as { master: Pool }).master;
    const notices = new OutboxNotices(opened.dataSource, () => undefined);
    const watched = notices.watch();
    await notices.unwatch();
    await watched;
    expect(pool.totalCount - pool.idleCount).toBe(0);
  });
});
