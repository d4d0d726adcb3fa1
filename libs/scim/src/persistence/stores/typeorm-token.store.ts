import { DataSource, type EntityManager } from 'typeorm';
import { isScope } from '../../tokens/scopes.js';
import { type Connection, type TokenRecord, TokenStore } from '../../tokens/token-store.js';
import { ScimConnection } from '../entities/scim-connection.entity.js';
import { ScimToken } from '../entities/scim-token.entity.js';

/** Connections and tokens in the tables `scim_connection` and `scim_token`. */
export class TypeOrmTokenStore extends TokenStore {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  async ensureConnection(connection: Connection): Promise<Connection> {
    const { tenantId, name } = connection;
    const existing = await this.connectionNamed(tenantId, name);
    if (existing) return existing;
    const row = { ...connection, pausedAt: connection.pausedAt ?? null };
    // The unique name decides between two that do this at once; the loser reads what the winner wrote.
    await this.dataSource.createQueryBuilder().insert().into(ScimConnection).values(row).orIgnore().execute();
    const stored = await this.connectionNamed(tenantId, name);
    if (!stored) throw new Error('The connection was not stored.');
    return stored;
  }

  async connections(tenantId: string): Promise<readonly Connection[]> {
    const rows = await this.dataSource.manager.find(ScimConnection, {
      where: { tenantId },
      order: { name: 'ASC' },
    });
    return rows.map(toConnection);
  }

  async setProfile(tenantId: string, connectionId: string, profile: string): Promise<boolean> {
    const result = await this.dataSource.manager.update(
      ScimConnection,
      { tenantId, id: connectionId },
      { profile },
    );
    return affectedOne(result);
  }

  async setPaused(tenantId: string, connectionId: string, pausedAt: string | undefined): Promise<boolean> {
    const change = { pausedAt: pausedAt ?? null };
    const result = await this.dataSource.manager.update(
      ScimConnection,
      { tenantId, id: connectionId },
      change,
    );
    return affectedOne(result);
  }

  async addToken(record: TokenRecord, hash: string): Promise<void> {
    await insertToken(this.dataSource.manager, record, hash);
  }

  async tokens(tenantId: string): Promise<readonly TokenRecord[]> {
    const order = { createdAt: 'ASC', id: 'ASC' } as const;
    const rows = await this.dataSource.manager.find(ScimToken, { where: { tenantId }, order });
    return rows.map(toRecord);
  }

  async findByHash(hash: string): Promise<{ token: TokenRecord; connection: Connection } | undefined> {
    const row = await this.dataSource.manager
      .createQueryBuilder(ScimToken, 'token')
      .innerJoinAndSelect('token.connection', 'connection')
      .where('token.hash = :hash', { hash })
      .getOne();
    return row ? { token: toRecord(row), connection: toConnection(row.connection) } : undefined;
  }

  async revoke(tenantId: string, tokenId: string, at: string): Promise<boolean> {
    const result = await this.dataSource
      .createQueryBuilder()
      .update(ScimToken)
      .set({ revokedAt: () => 'COALESCE(revoked_at, :at)' })
      .where('tenant_id = :tenantId AND id = :tokenId', { tenantId, tokenId, at })
      .execute();
    return affectedOne(result);
  }

  rotate(
    tenantId: string,
    tokenId: string,
    expiresAt: string,
    successor: TokenRecord,
    hash: string,
  ): Promise<boolean> {
    return this.dataSource.transaction(async (manager) => {
      const result = await manager
        .createQueryBuilder()
        .update(ScimToken)
        .set({ expiresAt: () => 'CASE WHEN expires_at < :expiresAt THEN expires_at ELSE :expiresAt END' })
        .where('tenant_id = :tenantId AND id = :tokenId AND revoked_at IS NULL', {
          tenantId,
          tokenId,
          expiresAt,
        })
        .execute();
      if (!affectedOne(result)) return false;
      await insertToken(manager, successor, hash);
      return true;
    });
  }

  async touch(tenantId: string, tokenId: string, at: string, notSince: string): Promise<void> {
    await this.dataSource
      .createQueryBuilder()
      .update(ScimToken)
      .set({ lastUsedAt: at })
      .where('tenant_id = :tenantId AND id = :tokenId', { tenantId, tokenId })
      .andWhere('(last_used_at IS NULL OR last_used_at <= :notSince)', { notSince })
      .execute();
  }

  private async connectionNamed(tenantId: string, name: string): Promise<Connection | undefined> {
    const row = await this.dataSource.manager.findOneBy(ScimConnection, { tenantId, name });
    return row ? toConnection(row) : undefined;
  }
}

async function insertToken(manager: EntityManager, record: TokenRecord, hash: string): Promise<void> {
  await manager.insert(ScimToken, {
    ...record,
    hash,
    scopes: record.scopes.join(' '),
    expiresAt: record.expiresAt ?? null,
    revokedAt: record.revokedAt ?? null,
    lastUsedAt: record.lastUsedAt ?? null,
  });
}

function affectedOne(result: { affected?: number | null }): boolean {
  return result.affected === 1;
}

function toConnection({ tenantId, id, name, profile, pausedAt, createdAt }: ScimConnection): Connection {
  return { tenantId, id, name, profile, pausedAt: pausedAt ?? undefined, createdAt };
}

function toRecord(row: ScimToken): TokenRecord {
  const { tenantId, id, connectionId, name, prefix, createdAt } = row;
  return {
    tenantId,
    id,
    connectionId,
    name,
    prefix,
    // A scope that this release does not know grants nothing.
    scopes: row.scopes.split(' ').filter(isScope),
    createdAt,
    expiresAt: row.expiresAt ?? undefined,
    revokedAt: row.revokedAt ?? undefined,
    lastUsedAt: row.lastUsedAt ?? undefined,
  };
}
