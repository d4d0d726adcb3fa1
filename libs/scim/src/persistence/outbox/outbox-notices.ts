import type { Pool, PoolClient } from 'pg';
import type { DataSource } from 'typeorm';
import type { ChangeTransaction } from '../../events/change-guard.js';

const CHANNEL = 'scim_outbox';

/** Milliseconds until a lost connection is made again. Until then polls find what there is. */
const AGAIN = 5000;

/** Tells other processes of appended events by NOTIFY, and hears of theirs. PostgreSQL only. */
export class OutboxNotices {
  private client: PoolClient | undefined;
  private timer: NodeJS.Timeout | undefined;
  private watching = false;

  constructor(
    private readonly dataSource: DataSource,
    private readonly heard: (tenantId: string) => void,
  ) {}

  /** Sent by the database when the transaction commits, and not when it does not. */
  async send(tenantId: string, tx: ChangeTransaction): Promise<void> {
    await tx.write({ text: `select pg_notify('${CHANNEL}', $1)`, values: [tenantId], prepare: true });
  }

  async watch(): Promise<void> {
    this.watching = true;
    await this.connect();
  }

  async unwatch(): Promise<void> {
    this.watching = false;
    clearTimeout(this.timer);
    const { client } = this;
    this.client = undefined;
    if (!client) return;
    client.removeAllListeners('notification');
    // Whoever gets the connection next must not listen, so it is closed.
    client.release(true);
  }

  private async connect(): Promise<void> {
    if (!this.watching) return;
    try {
      const client = await (this.dataSource.driver as unknown as { master: Pool }).master.connect();
      // The application may have ended meanwhile; the pool would wait for ever for the connection.
      if (!this.watching) return client.release();
      this.client = client;
      client.on('notification', ({ payload }) => this.heard(payload ?? ''));
      client.on('error', () => this.lost(client));
      client.on('end', () => this.lost(client));
      await client.query(`listen ${CHANNEL}`);
    } catch {
      this.lost(this.client);
    }
  }

  private lost(client: PoolClient | undefined): void {
    if (client !== this.client) return;
    this.client = undefined;
    client?.release(true);
    clearTimeout(this.timer);
    if (!this.watching) return;
    this.timer = setTimeout(() => void this.connect(), AGAIN);
    this.timer.unref();
  }
}
