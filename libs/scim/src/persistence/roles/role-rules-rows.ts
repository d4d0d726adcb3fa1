import { comparisonKey } from '../../protocol/text/comparison-key.js';
import type { GroupBinding, GroupIdentity } from '../../roles/group-binding.js';
import { GroupPattern } from '../../roles/group-pattern.js';
import type { GroupKey, RoleMapping } from '../../roles/role-mapping.js';
import type { StoredRules } from '../../roles/role-store.js';
import { Parameters } from '../dialects/statement.js';
import type { RoleContext } from './role-tables.js';

/** A row of either table: mappings have a role, bindings have none. */
interface RuleRow {
  readonly id: string;
  readonly role: string | null;
  /** Of a mapping by what it names its group; of a binding its slot. */
  readonly place: string;
  /** Of a mapping the value; of a binding the id of the group. */
  readonly subject: string | null;
  readonly priority: number | null;
}

interface GroupRow {
  readonly id: string;
  readonly display_name: string | null;
  readonly external_id: string | null;
}

/** Mappings and bindings in the database. */
export class RoleRuleRows {
  constructor(private readonly context: RoleContext) {}

  async read(tenantId: string): Promise<StoredRules> {
    const { executor, tables } = this.context;
    const rows = await executor.run<RuleRow>({
      text: `select m.id, m.role, m.group_by as place, m.group_value as subject, m.priority
          from ${tables.mappings} m where m.tenant_id = $1
        union all
        select b.mapping_id, null, b.slot, b.group_id, null from ${tables.bindings} b where b.tenant_id = $1`,
      values: [tenantId],
      prepare: true,
    });
    const mappings: RoleMapping[] = [];
    const bindings: GroupBinding[] = [];
    for (const { id, role, place, subject, priority } of rows) {
      if (role === null) bindings.push({ mappingId: id, slot: place, groupId: subject });
      else mappings.push(toMapping(tenantId, { id, role, place, subject, priority }));
    }
    return { mappings, bindings };
  }

  async add(tenantId: string, { id, role, by, value, priority }: RoleMapping): Promise<void> {
    const { executor, tables } = this.context;
    await executor.run({
      text: `insert into ${tables.mappings} (tenant_id, id, role, group_by, group_value, priority, created_at)
        values ($1, $2, $3, $4, $5, $6, $7)`,
      values: [tenantId, id, role, by, value, priority, new Date().toISOString()],
    });
  }

  async remove(tenantId: string, mappingId: string): Promise<void> {
    const { executor, tables } = this.context;
    const values = [tenantId, mappingId];
    await executor.run({ text: `delete from ${tables.mappings} where tenant_id = $1 and id = $2`, values });
    await this.unbind(tenantId, mappingId);
  }

  async bind(tenantId: string, bindings: readonly GroupBinding[]): Promise<void> {
    if (bindings.length === 0) return;
    const { executor, tables, dialect } = this.context;
    const rows = bindings.map(({ mappingId, slot, groupId }) => ({
      mapping_id: mappingId,
      slot,
      // A missing member is null in every database.
      ...(groupId === null ? {} : { group_id: groupId }),
    }));
    const columns = ['mapping_id text', 'slot text', 'group_id text'];
    await executor.run({
      text: `insert into ${tables.bindings} (tenant_id, mapping_id, slot, group_id)
        select $1, k.mapping_id, k.slot, k.group_id from ${dialect.rows('$2', columns, 'k')} where true${dialect.orSkip(tables.bindings)}`,
      values: [tenantId, JSON.stringify(rows)],
    });
  }

  async unbind(tenantId: string, mappingId: string, groupId?: string): Promise<void> {
    const { executor, tables } = this.context;
    const only = groupId === undefined ? '' : ' and group_id = $3';
    await executor.run({
      text: `delete from ${tables.bindings} where tenant_id = $1 and mapping_id = $2${only}`,
      values: groupId === undefined ? [tenantId, mappingId] : [tenantId, mappingId, groupId],
    });
  }

  /** One look-up for names, ids and externalIds together would use no index, so there is one for each. */
  async groupsFor(tenantId: string, mappings: readonly RoleMapping[]): Promise<readonly GroupIdentity[]> {
    const { executor, tables, dialect } = this.context;
    const parameters = new Parameters();
    const tenant = parameters.add(tenantId);
    const select = (condition: string): string =>
      `select g.id, g.display_name, g.external_id from ${tables.groups} g where g.tenant_id = ${tenant} and ${condition}`;
    const oneOf = (column: string, values: readonly string[]): string[] =>
      values.length === 0 ? [] : [select(dialect.isOneOf(column, parameters.add(dialect.list(values))))];
    const parts = [
      ...oneOf('g.id', valuesOf(mappings, 'id')),
      ...oneOf(
        dialect.codePoints('g.display_name_key'),
        valuesOf(mappings, 'displayName').map(comparisonKey),
      ),
      ...oneOf(dialect.codePoints('g.external_id'), valuesOf(mappings, 'externalId')),
      ...valuesOf(mappings, 'pattern').map((pattern) => select(this.likePattern(pattern, parameters))),
    ];
    if (parts.length === 0) return [];
    // Ids are made in the order of time.
    const rows = await executor.run<GroupRow>({
      text: `select c.id, c.display_name, c.external_id from (${parts.join(' union ')}) c order by c.id`,
      values: parameters.values,
    });
    return rows.map(({ id, display_name, external_id }) => ({
      id,
      displayName: display_name ?? undefined,
      externalId: external_id ?? undefined,
    }));
  }

  /** A superset of what matches: the order of the inner pieces is not looked at. */
  private likePattern(pattern: string, parameters: Parameters): string {
    const { dialect } = this.context;
    const { first, last, inner } = new GroupPattern(pattern).parts;
    const part = (text: string): string => dialect.typed(parameters.add(text), 'text');
    const column = 'g.display_name_key';
    const conditions = [
      ...(first === '' ? [] : [dialect.startsWith(column, part(first))]),
      ...(last === '' ? [] : [dialect.endsWith(column, part(last))]),
      ...inner.map((piece) => dialect.contains(column, part(piece))),
    ];
    return `(${conditions.join(' and ')})`;
  }
}

function valuesOf(mappings: readonly RoleMapping[], by: GroupKey): string[] {
  return [...new Set(mappings.flatMap((mapping) => (mapping.by === by ? [mapping.value] : [])))];
}

function toMapping(tenantId: string, { id, role, place, subject, priority }: RuleRow): RoleMapping {
  return {
    id,
    source: 'tenant',
    tenantId,
    role: role ?? '',
    by: place as GroupKey,
    value: subject ?? '',
    priority: priority ?? 0,
  };
}
