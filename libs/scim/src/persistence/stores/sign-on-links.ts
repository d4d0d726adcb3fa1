import type { Subject } from '../../identity/identity-store.js';
import type { SignOnIdentifier } from '../../identity/sign-on.js';
import type { Transaction } from '../database.js';
import type { StoreContext } from './store-context.js';

/** Which user a person of a sign-on provider is. */
export class SignOnLinks {
  constructor(private readonly context: StoreContext) {}

  /** The person of that issuer whose the user is. */
  async subjectOf(tenantId: string, userId: string, issuerKey: string): Promise<string | undefined> {
    const [row] = await this.context.database.run<{ subject_key: string }>({
      text: `select l.subject_key from ${this.context.tables.signOnLinks} l
        where l.tenant_id = $1 and l.user_id = $2 and l.issuer_key = $3`,
      values: [tenantId, userId, issuerKey],
      prepare: true,
    });
    return row?.subject_key;
  }

  unlink(tenantId: string, userId: string): Promise<number> {
    return this.context.database.change({
      text: `delete from ${this.context.tables.signOnLinks} where tenant_id = $1 and user_id = $2`,
      values: [tenantId, userId],
    });
  }

  /** False when the person is linked to another user that is there. @throws ScimError uniqueness when the user is taken */
  async link(
    tx: Transaction,
    tenantId: string,
    userId: string,
    { issuerKey, subjectKey }: Subject,
    by: SignOnIdentifier | 'created',
  ): Promise<boolean> {
    const { tables, users, database } = this.context;
    const [known] = await tx.run<{ user_id: string }>({
      text: `select l.user_id from ${tables.signOnLinks} l
        where l.tenant_id = $1 and l.subject_key = $2${database.dialect.forUpdate}`,
      values: [tenantId, subjectKey],
      prepare: true,
    });
    if (known?.user_id === userId) return true;
    const now = new Date().toISOString();
    if (!known) {
      await tx.run({
        text: `insert into ${tables.signOnLinks} (tenant_id, subject_key, issuer_key, user_id, matched_by, linked_at)
          values ($1, $2, $3, $4, $5, $6)`,
        values: [tenantId, subjectKey, issuerKey, userId, by, now],
        prepare: true,
      });
      return true;
    }
    const [alive] = await tx.run({
      text: `select r.id from ${users.table} r where r.tenant_id = $1 and r.id = $2`,
      values: [tenantId, known.user_id],
      prepare: true,
    });
    if (alive) return false;
    await tx.run({
      text: `update ${tables.signOnLinks} set user_id = $3, matched_by = $4, linked_at = $5
        where tenant_id = $1 and subject_key = $2`,
      values: [tenantId, subjectKey, userId, by, now],
      prepare: true,
    });
    return true;
  }

  /** Whether the person is linked to a user that is there no more. */
  async isOrphaned(tenantId: string, { subjectKey }: Subject): Promise<boolean> {
    const { tables, users, database } = this.context;
    const rows = await database.run({
      text: `select l.user_id from ${tables.signOnLinks} l
        left join ${users.table} r on r.tenant_id = l.tenant_id and r.id = l.user_id
        where l.tenant_id = $1 and l.subject_key = $2 and r.id is null`,
      values: [tenantId, subjectKey],
      prepare: true,
    });
    return rows.length > 0;
  }
}
