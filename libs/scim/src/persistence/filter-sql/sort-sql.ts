import { comparesExactly } from '../../protocol/filter/comparison-rule.js';
import type { Attribute } from '../../protocol/schema/attribute.js';
import type { ResourceSort } from '../../provisioning/resource-store.js';
import type { Dialect, ParameterType } from '../dialects/dialect.js';
import { unsupported, type ResourceScope } from './filter-scope-sql.js';
import { JsonScalar, type Scalar } from './scalar.js';

/** What a query is sorted by. */
export interface SortKey {
  readonly expression: string;
  readonly type: ParameterType;
  /** Never null. */
  readonly certain: boolean;
}

/**
 * `order by` of a query: missing values last, or first when descending (P-3.4.2.3-05); equal ones by id, so that
 * pages neither repeat nor skip.
 */
export function orderSql(dialect: Dialect, scope: ResourceScope, sort: ResourceSort | undefined): string {
  const byId = `${scope.alias}.id`;
  if (!sort || isIdOrder(sort)) return sort?.descending ? `${byId} desc` : byId;
  const { expression, certain } = sortKey(dialect, scope, sort.attribute);
  return `${dialect.order(expression, sort.descending, certain)}, ${byId}`;
}

/** Whether resources are in the order of their ids, or the reverse. */
export function isIdOrder(sort: ResourceSort | undefined): boolean {
  return sort === undefined || sort.attribute.path === 'id';
}

export function sortKey(dialect: Dialect, scope: ResourceScope, attribute: Attribute): SortKey {
  const scalar = sortScalar(dialect, scope, attribute);
  const { certain } = scalar;
  switch (attribute.type) {
    case 'string':
    case 'reference':
    case 'binary':
      return { expression: dialect.codePoints(scalar.text()), type: 'text', certain };
    case 'integer':
    case 'decimal':
      return { expression: scalar.number(), type: 'number', certain };
    case 'boolean':
      return { expression: scalar.boolean(), type: 'boolean', certain };
    case 'dateTime':
      if (scalar.moment !== undefined) return { expression: scalar.moment, type: 'text', certain };
      return { expression: scalar.instant(), type: 'instant', certain };
    case 'complex':
      throw unsupported(attribute);
  }
}

/** Of a list the primary element counts, else the first (P-3.4.2.3-03). */
function sortScalar(dialect: Dialect, scope: ResourceScope, attribute: Attribute): Scalar {
  const list = attribute.multiValued
    ? attribute
    : attribute.parent?.multiValued
      ? attribute.parent
      : undefined;
  if (!list) return scope.scalar(attribute);
  if (list.computed || list.detached) throw unsupported(attribute);
  const elements = dialect.jsonElements({ root: scope.document, keys: list.keys }, 'e', list.complex);
  const primary = list.sub('primary');
  const order = primary
    ? `(${dialect.jsonBoolean({ root: 'e.value', keys: [primary.name] })}) is true desc, `
    : '';
  const element = `(select e.value from ${elements} order by ${order}e.position limit 1)`;
  return new JsonScalar(dialect, attribute, {
    root: element,
    keys: list === attribute ? [] : [attribute.name],
  });
}

/** Whether the rows come in this order out of an index. */
export function isIndexOrder(sort: ResourceSort | undefined, scope: ResourceScope): boolean {
  if (!sort) return true;
  const column = scope.table.columns.get(sort.attribute.path);
  if (!column?.indexed) return false;
  return column.keyColumn !== undefined || column.form === 'moment' || comparesExactly(sort.attribute);
}
