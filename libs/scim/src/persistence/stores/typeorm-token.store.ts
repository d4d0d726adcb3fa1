import type { DataSource } from 'typeorm';
import { isScope } from '../../tokens/scopes.js';
import { type Connection, type TokenRecord, TokenStore } from '../../tokens/token-store.js';
import { Database, type DatabaseSettings, type Executor } from '../database.js';
import { ScimConnection } from '../entities/scim-connection.entity.js';
import { ScimToken } from '../entities/scim-token.entity.js';

interface ConnectionRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly name: string;
  readonly profile: string;
  readonly paused_at: string | null;
  readonly created_at: string;
}

interface TokenRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly connection_id: string;
  readonly name: string;
  readonly prefix: string;
  readonly scopes: string;
  readonly created_at: string;
  readonly expires_at: string | null;
  readonly revoked_at: string | null;
  readonly last_used_at: string | null;
}

/** A token with the columns of its connection. */
interface FoundRow extends TokenRow {
  readonly connection_name: string;
  readonly connection_profile: string;
  readonly connection_paused_at: string | null;
  readonly connection_created_at: string;
}

/** All columns but the hash. */
const TOKEN_COLUMNS =
  't.tenant_id, t.id, t.connection_id, t.name, t.prefix, t.scopes, t.created_at, t.expires_at, t.revoked_at, t.last_used_at';
const CONNECTION_COLUMNS = 'tenant_id, id, name, profile, paused_at, created_at';

/** Connections and tokens in the tables `scim_connection` and `scim_token`. */
export class TypeOrmTokenStore extends TokenStore {
  private readonly database: Database;
  private readonly connectionTable: string;
  private readonly tokenTable: string;

  /** @throws Error when the DataSource lacks the entities: spread `scimEntities()` into its entities */
  constructor(dataSource: DataSource, settings: DatabaseSettings = {}) {
    super();
    this.database = new Database(dataSource, settings);
    this.connectionTable = tablePath(dataSource, ScimConnection);
    this.tokenTable = tablePath(dataSource, ScimToken);
  }

  async ensureConnection(connection: Connection): Promise<Connection> {
    const { tenantId, id, name, profile, pausedAt = null, createdAt } = connection;
    // The unique name decides between two that do this at once; the loser reads what the winner wrote.
    await this.database.run({
      text: `insert into ${this.connectionTable} (${CONNECTION_COLUMNS}) values ($1, $2, $3, $4, $5, $6)
        ${this.database.dialect.orSkip(this.connectionTable)}`,
      values: [tenantId, id, name, profile, pausedAt, createdAt],
    });
    const [row] = await this.database.run<ConnectionRow>({
      text: `select ${CONNECTION_COLUMNS} from ${this.connectionTable} where tenant_id = $1 and name = $2`,
      values: [tenantId, name],
    });
    if (!row) throw new Error('The connection was deleted while it was being made.');
    return toConnection(row);
  }

  async connections(tenantId: string): Promise<readonly Connection[]> {
    const rows = await this.database.run<ConnectionRow>({
      text: `select ${CONNECTION_COLUMNS} from ${this.connectionTable} where tenant_id = $1 order by name, id`,
      values: [tenantId],
    });
    return rows.map(toConnection);
  }

  setProfile(tenantId: string, connectionId: string, profile: string): Promise<boolean> {
    const update = `update ${this.connectionTable} set profile = $3 where tenant_id = $1 and id = $2`;
    return this.changes(this.database, update, [tenantId, connectionId, profile]);
  }

  setPaused(tenantId: string, connectionId: string, pausedAt: string | undefined): Promise<boolean> {
    const update = `update ${this.connectionTable} set paused_at = $3 where tenant_id = $1 and id = $2`;
    return this.changes(this.database, update, [tenantId, connectionId, pausedAt ?? null]);
  }

  async addToken(record: TokenRecord, hash: string): Promise<void> {
    await this.insertToken(this.database, record, hash);
  }

  async tokens(tenantId: string): Promise<readonly TokenRecord[]> {
    const rows = await this.database.run<TokenRow>({
      text: `select ${TOKEN_COLUMNS} from ${this.tokenTable} t where t.tenant_id = $1 order by t.created_at, t.id`,
      values: [tenantId],
    });
    return rows.map(toRecord);
  }

  async findByHash(hash: string): Promise<{ token: TokenRecord; connection: Connection } | undefined> {
    const [row] = await this.database.run<FoundRow>({
      text: `select ${TOKEN_COLUMNS}, c.name as connection_name, c.profile as connection_profile,
          c.paused_at as connection_paused_at, c.created_at as connection_created_at
        from ${this.tokenTable} t
        join ${this.connectionTable} c on c.tenant_id = t.tenant_id and c.id = t.connection_id
        where t.hash = $1`,
      values: [hash],
      prepare: true,
    });
    return row && { token: toRecord(row), connection: toConnection(connectionOf(row)) };
  }

  revoke(tenantId: string, tokenId: string, at: string): Promise<boolean> {
    const update = `update ${this.tokenTable} set revoked_at = coalesce(revoked_at, $3) where tenant_id = $1 and id = $2`;
    return this.changes(this.database, update, [tenantId, tokenId, at]);
  }

  rotate(
    tenantId: string,
    tokenId: string,
    expiresAt: string,
    successor: TokenRecord,
    hash: string,
  ): Promise<boolean> {
    return this.database.transaction(async (transaction) => {
      const update = `update ${this.tokenTable}
        set expires_at = case when expires_at < $3 then expires_at else $3 end
        where tenant_id = $1 and id = $2 and revoked_at is null`;
      if (!(await this.changes(transaction, update, [tenantId, tokenId, expiresAt]))) return false;
      await this.insertToken(transaction, successor, hash);
      return true;
    });
  }

  async touch(tenantId: string, tokenId: string, at: string, notSince: string): Promise<void> {
    await this.database.run({
      text: `update ${this.tokenTable} set last_used_at = $3
        where tenant_id = $1 and id = $2 and (last_used_at is null or last_used_at <= $4)`,
      values: [tenantId, tokenId, at, notSince],
    });
  }

  private async insertToken(on: Executor, record: TokenRecord, hash: string): Promise<void> {
    const { tenantId, id, connectionId, name, prefix, scopes, createdAt, expiresAt, revokedAt, lastUsedAt } =
      record;
    const times = [createdAt, expiresAt ?? null, revokedAt ?? null, lastUsedAt ?? null];
    await on.run({
      text: `insert into ${this.tokenTable}
          (tenant_id, id, connection_id, name, prefix, scopes, created_at, expires_at, revoked_at, last_used_at, hash)
        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)`,
      values: [tenantId, id, connectionId, name, prefix, scopes.join(' '), ...times, hash],
    });
  }

  private async changes(on: Executor, update: string, values: readonly unknown[]): Promise<boolean> {
    return (await on.change({ text: update, values })) > 0;
  }
}

function tablePath(dataSource: DataSource, entity: new () => object): string {
  return dataSource
    .getMetadata(entity)
    .tablePath.split('.')
    .map((part) => `"${part}"`)
    .join('.');
}

function toConnection({ tenant_id, id, name, profile, paused_at, created_at }: ConnectionRow): Connection {
  return { tenantId: tenant_id, id, name, profile, pausedAt: paused_at ?? undefined, createdAt: created_at };
}

function connectionOf(row: FoundRow): ConnectionRow {
  return {
    tenant_id: row.tenant_id,
    id: row.connection_id,
    name: row.connection_name,
    profile: row.connection_profile,
    paused_at: row.connection_paused_at,
    created_at: row.connection_created_at,
  };
}

function toRecord(row: TokenRow): TokenRecord {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    connectionId: row.connection_id,
    name: row.name,
    prefix: row.prefix,
    // A scope that this release does not know grants nothing.
    scopes: row.scopes.split(' ').filter(isScope),
    createdAt: row.created_at,
    expiresAt: row.expires_at ?? undefined,
    revokedAt: row.revoked_at ?? undefined,
    lastUsedAt: row.last_used_at ?? undefined,
  };
}
