import type { ChangeOrigin } from '../../events/change-origin.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import { comparisonKey } from '../../protocol/text/comparison-key.js';
import type { UnadoptedAccount } from '../../provisioning/adoption/adoption-rules.js';
import type {
  CurrentResource,
  ModifiedResource,
  ResourceContent,
} from '../../provisioning/resource-store.js';
import { ResourceChanges } from './resource-changes.js';
import { isStorableId } from './resource-rows.js';
import type { StoreContext } from './store-context.js';

interface UnadoptedRow {
  readonly id: string;
  readonly user_name: string;
  readonly external_id: string | null;
  readonly active: boolean | number | null;
  readonly email_key: string | null;
}

/** Identity providers take over users that were made just in time at a sign-on. */
export class Adoptions {
  constructor(private readonly context: StoreContext) {}

  async unadopted(
    tenantId: string,
    {
      userNames,
      externalIds,
    }: { readonly userNames: readonly string[]; readonly externalIds: readonly string[] },
  ): Promise<readonly UnadoptedAccount[]> {
    const { database, tables, users } = this.context;
    const { dialect } = database;
    const found = new Map<string, UnadoptedAccount>();
    // Two statements: an `or` over two indexes reads neither of them on every database.
    for (const [column, texts] of [
      ['r.user_name_key', userNames.map(comparisonKey)],
      ['r.external_id', externalIds],
    ] as const) {
      if (texts.length === 0) continue;
      const rows = await database.run<UnadoptedRow>({
        text: `select r.id, r.user_name, r.external_id, r.active, j.email_key from ${users.table} r
          join ${tables.jitAccounts} j on j.tenant_id = r.tenant_id and j.user_id = r.id
          where r.tenant_id = $1 and j.adopted_at is null
            and ${dialect.isOneOf(dialect.codePoints(column), '$2')} order by r.id`,
        values: [tenantId, dialect.list(texts)],
        prepare: true,
      });
      for (const row of rows) found.set(row.id, toAccount(row));
    }
    return [...found.values()];
  }

  adopt(
    type: ResourceType,
    origin: ChangeOrigin,
    id: string,
    change: (current: CurrentResource) => ResourceContent | undefined,
  ): Promise<ModifiedResource | undefined> {
    const { database, tables } = this.context;
    if (!isStorableId(id)) return Promise.resolve(undefined);
    const { tenantId, connectionId } = origin;
    return database.transaction(async (tx) => {
      const [mark] = await tx.run({
        text: `select j.user_id from ${tables.jitAccounts} j
          where j.tenant_id = $1 and j.user_id = $2 and j.adopted_at is null${database.dialect.forUpdate}`,
        values: [tenantId, id],
        prepare: true,
      });
      if (!mark) return undefined;
      const modified = await new ResourceChanges(this.context.within(tx)).modify(type, origin, id, change);
      if (!modified) return undefined;
      await tx.run({
        text: `update ${tables.jitAccounts} set adopted_at = $3, adopted_by = $4 where tenant_id = $1 and user_id = $2`,
        values: [tenantId, id, new Date().toISOString(), connectionId],
        prepare: true,
      });
      return modified;
    });
  }
}

function toAccount({ id, user_name, external_id, active, email_key }: UnadoptedRow): UnadoptedAccount {
  return {
    id,
    userName: user_name,
    externalId: external_id ?? undefined,
    // A user without the attribute counts as active; SQLite has numbers for booleans.
    active: active !== false && active !== 0,
    emailKey: email_key ?? undefined,
  };
}
