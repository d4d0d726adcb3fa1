import type { Keyset, KeysetPosition, ResourceSort } from '../../provisioning/resource-store.js';
import type { Dialect } from '../dialects/dialect.js';
import type { Parameters } from '../dialects/statement.js';
import type { ResourceScope } from './filter-scope-sql.js';
import { isIdOrder, type SortKey, sortKey } from './sort-sql.js';

/** SQL of a keyset page. Rows come nearest to the position first: `before` reads the order backwards. */
export interface KeysetSql {
  readonly order: string;
  /** Undefined when the page is the first in its direction. */
  readonly condition: string | undefined;
  /** What the rows are sorted by, to be selected; undefined when that is the id. */
  readonly key: string | undefined;
}

/** Continues the order of `orderSql` on either side of a position. */
export function keysetSql(
  dialect: Dialect,
  scope: ResourceScope,
  parameters: Parameters,
  sort: ResourceSort | undefined,
  { direction, position }: Keyset,
): KeysetSql {
  const backwards = direction === 'before';
  const descending = (sort?.descending ?? false) !== backwards;
  const id = (of: KeysetPosition): string => dialect.typed(parameters.add(of.id), 'text');
  const byId = `${scope.alias}.id`;
  if (!sort || isIdOrder(sort)) {
    const condition = position && `${byId} ${descending ? '<' : '>'} ${id(position)}`;
    return { order: descending ? `${byId} desc` : byId, condition, key: undefined };
  }
  const key = sortKey(dialect, scope, sort.attribute);
  return {
    order: `${dialect.order(key.expression, descending, key.certain)}, ${byId}${backwards ? ' desc' : ''}`,
    condition:
      position &&
      beyond(key, descending, `${byId} ${backwards ? '<' : '>'} ${id(position)}`, keyOf(position)),
    key: dialect.portable(key.expression),
  };

  function keyOf(of: KeysetPosition): string | undefined {
    return of.key === null ? undefined : dialect.typed(parameters.add(of.key), key.type);
  }
}

/**
 * Rows beyond a position. `value` undefined: its key is missing, which counts as greater than every value. The
 * first comparison stands alone because an index cannot be entered by an `or`.
 */
function beyond(
  { expression, certain }: SortKey,
  descending: boolean,
  laterId: string,
  value: string | undefined,
): string {
  if (value === undefined) {
    return descending
      ? `(${expression} is not null or ${laterId})`
      : `(${expression} is null and ${laterId})`;
  }
  const later = descending ? '<' : '>';
  const past = `${expression} ${later}= ${value} and (${expression} ${later} ${value} or ${laterId})`;
  return descending || certain ? past : `((${past}) or ${expression} is null)`;
}
