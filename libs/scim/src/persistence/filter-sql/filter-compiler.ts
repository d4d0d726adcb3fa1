import type { Attribute } from '../../protocol/schema/attribute.js';
import type {
  TypedCompare,
  TypedFilter,
  TypedValue,
  TypedValuePath,
} from '../../protocol/filter/typed-filter.js';
import type { Dialect } from '../dialects/dialect.js';
import type { Parameters } from '../dialects/statement.js';
import { literalKey } from '../stores/projection.js';
import type { ResourceTable } from '../stores/resource-table.js';
import { compareSql, textParameter } from './compare-sql.js';
import { ElementScope, ResourceScope, unsupported, type SqlScope } from './filter-scope-sql.js';
import { groupsWithMember, memberScope, userGroupScope, usersInGroup } from './membership-sql.js';
import type { TableNames } from './table-names.js';

const TRUE = '1 = 1';
const FALSE = '1 = 0';

/**
 * Compiles a checked filter to a condition on one row of a resource table. Means the same as `evaluateFilter`;
 * every part is true or false, never null. Knows nothing of who asks: the caller puts the tenant in front.
 */
export class FilterCompiler {
  constructor(
    private readonly dialect: Dialect,
    private readonly parameters: Parameters,
    private readonly tables: TableNames,
    private readonly groups: ResourceTable,
    /** Placeholder of the tenant. */
    private readonly tenant: string,
  ) {}

  /** @throws ScimError invalidFilter for what has no SQL */
  compile(filter: TypedFilter, scope: ResourceScope): string {
    return this.condition(filter, (leaf) => this.rootLeaf(leaf, scope));
  }

  /** Condition on a row of scim_group_member, for a filter over the sub-attributes of Group.members. */
  compileMember(filter: TypedFilter, alias: string): string {
    return this.inElement(filter, memberScope(this.dialect, alias));
  }

  private condition(filter: TypedFilter, leaf: (leaf: Leaf) => string): string {
    switch (filter.kind) {
      case 'or':
        return joined(filter.operands, ' or ', FALSE, (operand) => this.condition(operand, leaf));
      case 'and':
        return joined(filter.operands, ' and ', TRUE, (operand) => this.condition(operand, leaf));
      case 'not':
        return `not (${this.condition(filter.operand, leaf)})`;
      case 'constant':
        return filter.value ? TRUE : FALSE;
      default:
        return leaf(filter);
    }
  }

  private rootLeaf(filter: Leaf, scope: ResourceScope): string {
    switch (filter.kind) {
      case 'present':
        return this.present(filter.attribute, scope);
      case 'valuePath':
        return this.valuePath(filter, scope);
      case 'compare': {
        if (filter.operator !== 'ne') return this.holds(filter, scope);
        return `not (${this.holds({ ...filter, operator: 'eq' }, scope)})`;
      }
    }
  }

  /** `compare` with any operator but `ne`: some value satisfies it. */
  private holds(filter: TypedCompare, scope: ResourceScope): string {
    const { attribute, operator, value } = filter;
    const list = listOf(attribute);
    const elsewhere = list && this.elsewhere(list, filter, scope);
    if (elsewhere !== undefined) return elsewhere;
    if (operator === 'eq' && isProjected(scope.table, attribute))
      return this.projected(attribute, value, scope);
    if (list) return this.someElement(list, filter, scope);
    return this.compare(filter, scope);
  }

  private valuePath({ attribute, filter }: TypedValuePath, scope: ResourceScope): string {
    const elsewhere = this.elsewhere(attribute, filter, scope);
    if (elsewhere !== undefined) return elsewhere;
    const exact = this.someElement(attribute, filter, scope);
    const before = conjuncts(filter).flatMap((part) =>
      part.kind === 'compare' && part.operator === 'eq' && isProjected(scope.table, part.attribute)
        ? [this.projected(part.attribute, part.value, scope)]
        : [],
    );
    return before.length === 0 ? exact : `(${[...before, exact].join(' and ')})`;
  }

  private present(attribute: Attribute, scope: ResourceScope): string {
    if (attribute.path === 'meta') return TRUE;
    const list = listOf(attribute);
    if (list) {
      const present: TypedFilter = { kind: 'present', attribute };
      return this.elsewhere(list, present, scope) ?? this.someElement(list, present, scope);
    }
    if (!attribute.complex) return scope.scalar(attribute).present();
    // A part that is made for the answer does not count: it is there only when another part is.
    const parts = [...attribute.subAttributes.values()].filter(
      (sub) => !sub.computed && sub.returned !== 'never',
    );
    return joined(parts, ' or ', FALSE, (sub) => this.present(sub, scope));
  }

  /** Some element of a list in the document satisfies the filter. */
  private someElement(list: Attribute, filter: TypedFilter, scope: ResourceScope): string {
    if (list.computed || list.detached) throw unsupported(list);
    const place = { root: scope.document, keys: list.keys };
    const elements = this.dialect.jsonElements(place, 'e', list.complex);
    const condition = this.inElement(filter, new ElementScope(this.dialect, 'e'));
    return `exists (select 1 from ${elements} where ${condition})`;
  }

  /** Lists that are tables: members of a group, groups of a user. Undefined for all others. */
  private elsewhere(list: Attribute, filter: TypedFilter, scope: ResourceScope): string | undefined {
    const id = `${scope.alias}.id`;
    if (scope.table.kind === 'group' && list.path === 'members' && list.detached) {
      const condition = this.inElement(filter, memberScope(this.dialect, 'm'));
      return `${id} in (${groupsWithMember(this.tables, this.tenant, condition)})`;
    }
    if (scope.table.kind === 'user' && list.path === 'groups' && list.computed) {
      const condition = this.inElement(filter, userGroupScope(this.dialect, 'g'));
      return `${id} in (${usersInGroup(this.tables, this.groups, this.tenant, condition)})`;
    }
    return undefined;
  }

  /** Condition on one element; here `ne` asks about this element only. */
  private inElement(filter: TypedFilter, scope: SqlScope): string {
    return this.condition(filter, (leaf) => {
      switch (leaf.kind) {
        case 'valuePath':
          throw unsupported(leaf.attribute);
        case 'present':
          return this.presentInElement(leaf.attribute, scope);
        case 'compare':
          if (leaf.operator !== 'ne') return this.compare(leaf, scope);
          return `not (${this.compare({ ...leaf, operator: 'eq' }, scope)})`;
      }
    });
  }

  private presentInElement(attribute: Attribute, scope: SqlScope): string {
    if (!attribute.complex) return scope.scalar(attribute).present();
    if (attribute.detached || attribute.computed) return TRUE;
    const parts = [...attribute.subAttributes.values()];
    return joined(parts, ' or ', FALSE, (sub) => scope.scalar(sub).present());
  }

  private projected(attribute: Attribute, value: TypedValue, scope: ResourceScope): string {
    const text = (of: string): string => textParameter(this.dialect, this.parameters, of);
    return `${scope.alias}.id in (select v.resource_id from ${this.tables.values} v
      where v.tenant_id = ${this.tenant} and v.path = ${text(attribute.path)}
        and v.value_key = ${text(literalKey(value))} and v.resource_type = ${text(scope.table.type.name)})`;
  }

  private compare({ attribute, operator, value }: TypedCompare, scope: SqlScope): string {
    if (operator === 'ne') throw unsupported(attribute);
    return compareSql(this.dialect, this.parameters, attribute, scope.scalar(attribute), operator, value);
  }
}

type Leaf = Exclude<TypedFilter, { kind: 'or' | 'and' | 'not' | 'constant' }>;

/** The list on the way to an attribute: its parent, or itself. */
function listOf(attribute: Attribute): Attribute | undefined {
  if (attribute.multiValued) return attribute;
  return attribute.parent?.multiValued ? attribute.parent : undefined;
}

function isProjected(table: ResourceTable, attribute: Attribute): boolean {
  return table.projected.includes(attribute) && !table.columns.get(attribute.path)?.indexed;
}

function conjuncts(filter: TypedFilter): readonly TypedFilter[] {
  return filter.kind === 'and' ? filter.operands.flatMap(conjuncts) : [filter];
}

function joined<T>(parts: readonly T[], word: string, empty: string, compile: (part: T) => string): string {
  return parts.length === 0 ? empty : `(${parts.map(compile).join(word)})`;
}

/**
 * Whether an index leads to the matches, so that the query need not look at every resource of the tenant.
 */
export function leadsToIndex(filter: TypedFilter, table: ResourceTable): boolean {
  switch (filter.kind) {
    case 'and':
      return filter.operands.some((operand) => leadsToIndex(operand, table));
    case 'or':
      return filter.operands.every((operand) => leadsToIndex(operand, table));
    case 'constant':
      return true;
    case 'compare':
      return filter.operator === 'eq' && isIndexed(filter.attribute, table);
    case 'valuePath':
      return conjuncts(filter.filter).some(
        (part) => part.kind === 'compare' && part.operator === 'eq' && isIndexed(part.attribute, table),
      );
    default:
      return false;
  }
}

function isIndexed(attribute: Attribute, table: ResourceTable): boolean {
  if (table.columns.get(attribute.path)?.indexed || table.projected.includes(attribute)) return true;
  if (table.kind === 'group') return attribute.path === 'members.value';
  return table.kind === 'user' && attribute.path === 'groups.value';
}
