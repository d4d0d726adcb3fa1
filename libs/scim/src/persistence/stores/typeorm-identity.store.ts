import type { DataSource } from 'typeorm';
import type { ChangeOrigin } from '../../events/change-origin.js';
import {
  type AccountKey,
  IdentityStore,
  type NewAccount,
  type Subject,
} from '../../identity/identity-store.js';
import type { SignOnIdentifier, SignOnUser } from '../../identity/sign-on.js';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { JsonObject } from '../../protocol/schema/json.js';
import { comparisonKey } from '../../protocol/text/comparison-key.js';
import type { Executor, Transaction } from '../database.js';
import { TypeOrmOutbox } from '../outbox/typeorm-outbox.js';
import { takeTurn } from '../turns.js';
import { project } from './projection.js';
import { ResourceChanges } from './resource-changes.js';
import { isStorableId } from './resource-rows.js';
import { SignOnLinks } from './sign-on-links.js';
import { StoreContext } from './store-context.js';
import type { ResourceStoreInput } from './typeorm-resource.store.js';

interface AccountRow {
  readonly id: string;
  readonly user_name: string;
  readonly external_id: string | null;
  readonly active: boolean | number | null;
  readonly document: string;
  readonly jit: string | null;
}

/** Users as sign-on sees them, with the marks of those that it made and the links to persons of sign-on providers. */
export class TypeOrmIdentityStore extends IdentityStore {
  private readonly links: SignOnLinks;

  private constructor(private readonly context: StoreContext) {
    super();
    this.links = new SignOnLinks(context);
  }

  /** Takes the same as `TypeOrmResourceStore.open`. @throws Error as that does */
  static open(
    dataSource: DataSource,
    { registry, entities = {}, settings = {}, outbox, commitHandlers }: ResourceStoreInput,
  ): TypeOrmIdentityStore {
    const events = outbox ?? new TypeOrmOutbox(dataSource, settings);
    return new TypeOrmIdentityStore(
      new StoreContext(dataSource, registry, entities, settings, events, commitHandlers),
    );
  }

  override find(tenantId: string, key: AccountKey): Promise<readonly SignOnUser[]> {
    return this.findOn(this.context.database, tenantId, key);
  }

  override async account(tenantId: string, id: string): Promise<SignOnUser | undefined> {
    if (!isStorableId(id)) return undefined;
    const [user] = await this.select(this.context.database, tenantId, '', 'r.id = $2', [id]);
    return user;
  }

  override async wasDeleted(tenantId: string, keys: readonly AccountKey[]): Promise<boolean> {
    for (const key of keys) {
      const deleted =
        key.kind === 'subject'
          ? await this.links.isOrphaned(tenantId, key.subject)
          : await this.hasTombstone(
              tenantId,
              key.kind === 'externalId' ? 'external_id' : 'name_key',
              key.value,
            );
      if (deleted) return true;
    }
    return false;
  }

  /** Addresses of deleted users are not indexed; as a rule the address is the login name. */
  private async hasTombstone(
    tenantId: string,
    column: 'external_id' | 'name_key',
    value: string,
  ): Promise<boolean> {
    const { database, tables, users } = this.context;
    const rows = await database.run({
      text: `select t.id from ${tables.tombstones} t where t.tenant_id = $1
        and ${database.dialect.codePoints(`t.${column}`)} = $2 and t.resource_type = $3 limit 1`,
      values: [tenantId, column === 'name_key' ? comparisonKey(value) : value, users.type.name],
      prepare: true,
    });
    return rows.length > 0;
  }

  override linkedSubject(tenantId: string, userId: string, issuerKey: string): Promise<string | undefined> {
    return this.links.subjectOf(tenantId, userId, issuerKey);
  }

  override async link(
    tenantId: string,
    userId: string,
    subject: Subject,
    by: SignOnIdentifier,
  ): Promise<boolean> {
    try {
      return await this.context.database.transaction((tx) =>
        this.links.link(tx, tenantId, userId, subject, by),
      );
    } catch (error) {
      if (isConflict(error)) return false;
      throw error;
    }
  }

  override unlink(tenantId: string, userId: string): Promise<number> {
    return this.links.unlink(tenantId, userId);
  }

  override async create(
    origin: ChangeOrigin,
    account: NewAccount,
    keys: readonly AccountKey[],
  ): Promise<SignOnUser | undefined> {
    try {
      return await this.context.database.transaction((tx) => this.createIn(tx, origin, account, keys));
    } catch (error) {
      if (isConflict(error)) return undefined;
      throw error;
    }
  }

  private async createIn(
    tx: Transaction,
    origin: ChangeOrigin,
    { content, subject, email }: NewAccount,
    keys: readonly AccountKey[],
  ): Promise<SignOnUser | undefined> {
    const { tenantId } = origin;
    await takeTurn(this.context.database, tx, `scim sign-on ${tenantId}`, true);
    for (const key of keys) {
      if ((await this.findOn(tx, tenantId, key)).length > 0) return undefined;
    }
    const { users, tables } = this.context;
    const changes = new ResourceChanges(this.context.within(tx));
    const { head } = await changes.create(users.type, origin, content);
    await tx.run({
      text: `insert into ${tables.jitAccounts} (tenant_id, user_id, email_key, created_at) values ($1, $2, $3, $4)`,
      values: [tenantId, head.id, email === undefined ? null : comparisonKey(email), head.created],
      prepare: true,
    });
    if (subject && !(await this.links.link(tx, tenantId, head.id, subject, 'created'))) {
      throw ScimError.uniqueness('The person was linked to another account meanwhile.');
    }
    const { userName, externalId, displayName } = content.document;
    return {
      id: head.id,
      userName: userName as string,
      ...(typeof externalId === 'string' ? { externalId } : {}),
      ...(typeof displayName === 'string' ? { displayName } : {}),
      active: true,
      provisionedBy: 'jit',
    };
  }

  private findOn(on: Executor, tenantId: string, key: AccountKey): Promise<readonly SignOnUser[]> {
    const { dialect } = this.context.database;
    const { tables } = this.context;
    switch (key.kind) {
      case 'subject': {
        const join = `join ${tables.signOnLinks} l on l.tenant_id = r.tenant_id and l.user_id = r.id`;
        return this.select(on, tenantId, join, 'l.tenant_id = $1 and l.subject_key = $2', [
          key.subject.subjectKey,
        ]);
      }
      case 'externalId':
        return this.select(on, tenantId, '', `${dialect.codePoints('r.external_id')} = $2`, [key.value]);
      case 'userName':
        return this.select(on, tenantId, '', `${dialect.codePoints('r.user_name_key')} = $2`, [
          comparisonKey(key.value),
        ]);
      case 'email': {
        const text = `exists (select 1 from ${tables.values} v where v.tenant_id = r.tenant_id and v.resource_id = r.id
          and v.resource_type = 'User' and v.path = 'emails.value' and v.value_key = $2)`;
        return this.select(on, tenantId, '', text, [this.emailKey(key.value)]);
      }
    }
  }

  /** As the projection writes it. */
  private emailKey(value: string): string {
    const { projected } = this.context.users;
    const attribute = projected.find(({ path }) => path === 'emails.value');
    const [row] = attribute ? project([attribute], { emails: [{ value }] }) : [];
    return row?.value_key ?? '';
  }

  private async select(
    on: Executor,
    tenantId: string,
    join: string,
    condition: string,
    values: readonly unknown[],
  ): Promise<SignOnUser[]> {
    const { database, users, tables } = this.context;
    const rows = await on.run<AccountRow>({
      text: `select r.id, r.user_name, r.external_id, r.active, ${database.dialect.documentText('r.document')} as document,
          j.user_id as jit
        from ${users.table} r ${join}
        left join ${tables.jitAccounts} j on j.tenant_id = r.tenant_id and j.user_id = r.id and j.adopted_at is null
        where r.tenant_id = $1 and ${condition}
        order by case when r.active = $${values.length + 2} then 1 else 0 end, r.id limit 2`,
      values: [tenantId, ...values, false],
      prepare: true,
    });
    return rows.map(toUser);
  }
}

function toUser({ id, user_name, external_id, active, document, jit }: AccountRow): SignOnUser {
  const { displayName } = JSON.parse(document) as JsonObject;
  return {
    id,
    userName: user_name,
    ...(external_id === null ? {} : { externalId: external_id }),
    ...(typeof displayName === 'string' ? { displayName } : {}),
    // A user without the attribute counts as active; SQLite has numbers for booleans.
    active: active !== false && active !== 0,
    provisionedBy: jit === null ? 'scim' : 'jit',
  };
}

function isConflict(error: unknown): boolean {
  return error instanceof ScimError && error.scimType === 'uniqueness';
}
