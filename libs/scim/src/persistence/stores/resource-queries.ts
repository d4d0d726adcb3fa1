import type { TypedFilter } from '../../protocol/filter/typed-filter.js';
import type { ResourceType } from '../../protocol/schema/resource-type.js';
import type {
  Keyset,
  KeysetPosition,
  ResourcePage,
  ResourceQuery,
  StoredResource,
} from '../../provisioning/resource-store.js';
import { Kept } from '../dialects/kept.js';
import { Parameters, type Statement } from '../dialects/statement.js';
import { ResourceScope } from '../filter-sql/filter-scope-sql.js';
import { FilterCompiler, leadsToIndex } from '../filter-sql/filter-compiler.js';
import { keysetSql } from '../filter-sql/keyset-sql.js';
import { isIndexOrder, orderSql } from '../filter-sql/sort-sql.js';
import { groupsColumn, membershipsOf, type RowWithGroups } from './groups-with-user.js';
import { isStorableId, storedColumns, toStored, type StoredRow } from './resource-rows.js';
import type { ResourceTable } from './resource-table.js';
import type { StoreContext } from './store-context.js';

/** A row of a keyset page; without `sort_key` in queries that are in the order of ids. */
interface KeysetRow extends StoredRow {
  sort_key?: string | number | null;
}

/** Matches that are sorted in this process where the database is slow at it. */
const FEW = 20;

/** Reads for answers. */
export class ResourceQueries {
  private readonly findTexts = new Kept<string>();
  private readonly pageTexts = new Kept<string>();

  constructor(private readonly context: StoreContext) {}

  async find(
    type: ResourceType,
    tenantId: string,
    id: string,
    withGroups: boolean,
  ): Promise<StoredResource | undefined> {
    if (!isStorableId(id)) return undefined;
    const [row] = await this.context.database.run<StoredRow & RowWithGroups>({
      text: this.findText(this.context.table(type), withGroups),
      values: [tenantId, id],
      prepare: true,
    });
    return row && storedWithGroups(row);
  }

  /** The statement that runs most often. */
  private findText(table: ResourceTable, withGroups: boolean): string {
    return this.findTexts.get(withGroups ? `${table.type.name} withGroups` : table.type.name, () => {
      const columns = storedColumns(this.context.database.dialect);
      return `select ${columns}${withGroups ? groupsColumn(this.context, table) : ''} from ${table.table} r
        where r.tenant_id = $1 and r.id = $2${table.ofType('r.')}`;
    });
  }

  async query(type: ResourceType, tenantId: string, query: ResourceQuery): Promise<ResourcePage> {
    const table = this.context.table(type);
    if (query.limit === 0) return { total: await this.count(table, tenantId, query), resources: [] };
    if (query.keyset) return this.keysetPage(table, tenantId, query, query.keyset);
    const rows =
      (await this.fewInOrder(table, tenantId, query)) ??
      (await this.run<StoredRow & RowWithGroups>(this.pageStatement(table, tenantId, query), table, query));
    const resources = rows.map(storedWithGroups);
    const complete = rows.length < query.limit && (rows.length > 0 || query.offset === 0);
    // Counting costs more than the page: not when the page already tells the total.
    if (complete || (query.offset === 0 && atMostOne(query.filter, table))) {
      return { total: query.offset + rows.length, resources };
    }
    return { total: await this.count(table, tenantId, query), resources };
  }

  /**
   * SQLite sets its sorter up for one row as for many, which takes longer than an indexed look-up: few matches are put in
   * order here. Undefined for other queries, and when there are more.
   */
  private async fewInOrder(
    table: ResourceTable,
    tenantId: string,
    query: ResourceQuery,
  ): Promise<(StoredRow & RowWithGroups)[] | undefined> {
    const { database } = this.context;
    const { filter, sort, offset, limit } = query;
    if (database.dialect.name !== 'sqlite' || sort !== undefined || offset > 0) return undefined;
    if (filter === undefined || !isLookUp(filter) || !leadsToIndex(filter, table)) return undefined;
    const few = Math.min(FEW, limit);
    const statement = this.pageStatement(table, tenantId, { ...query, limit: few + 1 }, false);
    const rows = await database.run<StoredRow & RowWithGroups>(statement);
    return rows.length > few ? undefined : rows.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** Reads one row more than the page has, to know whether another page follows. */
  private async keysetPage(
    table: ResourceTable,
    tenantId: string,
    query: ResourceQuery,
    keyset: Keyset,
  ): Promise<ResourcePage> {
    const statement = this.keysetStatement(table, tenantId, query, keyset);
    const rows = await this.run<KeysetRow>(statement, table, query);
    const more = rows.length > query.limit;
    if (more) rows.pop();
    if (keyset.direction === 'before') rows.reverse();
    const whole = !more && !keyset.position;
    return {
      total: whole ? rows.length : await this.count(table, tenantId, query),
      resources: rows.map((row) => toStored(row)),
      positions: rows.map(positionOf),
      ...neighbours(rows, keyset, more),
    };
  }

  private keysetStatement(
    table: ResourceTable,
    tenantId: string,
    query: ResourceQuery,
    keyset: Keyset,
  ): Statement {
    const { dialect } = this.context.database;
    const parameters = new Parameters();
    const { where, scope } = this.condition(table, tenantId, query.filter, parameters);
    const { order, condition, key } = keysetSql(dialect, scope, parameters, query.sort, keyset);
    const limit = parameters.add(query.limit + 1);
    const text = `select ${storedColumns(dialect)}${key ? `, ${key} as sort_key` : ''} from ${table.table} r
      where ${where}${condition ? ` and ${condition}` : ''} order by ${order} limit ${limit}`;
    return { text, values: parameters.values, prepare: isPlain(query) };
  }

  private async count(table: ResourceTable, tenantId: string, query: ResourceQuery): Promise<number> {
    if (!query.filter && this.context.database.dialect.name === 'postgres') return this.kept(table, tenantId);
    const parameters = new Parameters();
    const condition = this.condition(table, tenantId, query.filter, parameters).where;
    const text = `select count(*) as total from ${table.table} r where ${condition}`;
    const unsorted = { ...query, sort: undefined };
    const [row] = await this.run<{ total: string | number }>(
      { text, values: parameters.values, prepare: isPlain(unsorted) },
      table,
      unsorted,
    );
    return Number(row?.total ?? 0);
  }

  /** All resources of the type, from the counts that triggers keep. */
  private async kept({ type }: ResourceTable, tenantId: string): Promise<number> {
    const { database, tables } = this.context;
    const [row] = await database.run<{ total: string | null }>({
      text: `select sum(c.total) as total from ${tables.counts} c where c.tenant_id = $1 and c.resource_type = $2`,
      values: [tenantId, type.name],
      prepare: true,
    });
    return Number(row?.total ?? 0);
  }

  /** @param ordered @default true */
  private pageStatement(
    table: ResourceTable,
    tenantId: string,
    query: ResourceQuery,
    ordered = true,
  ): Statement {
    const { dialect } = this.context.database;
    const parameters = new Parameters();
    const { where, scope, tenant } = this.condition(table, tenantId, query.filter, parameters);
    const order = orderSql(dialect, scope, query.sort);
    const limit = parameters.add(query.limit);
    const prepare = isPlain(query);
    if (query.offset === 0) {
      const withGroups = query.withGroups === true && findsFew(query.filter, table);
      const rest = `${where}${ordered ? ` order by ${order}` : ''} limit ${limit}`;
      const make = (): string => this.firstPageText(table, withGroups, rest);
      const key = `${table.type.name} ${withGroups} ${rest}`;
      return { text: prepare ? this.pageTexts.get(key, make) : make(), values: parameters.values, prepare };
    }
    // The ids of the page first: documents of skipped rows are not fetched.
    const offset = parameters.add(query.offset);
    const text = `select ${storedColumns(dialect)}
      from (select r.id from ${table.table} r where ${where} order by ${order} limit ${limit} offset ${offset}) page
      join ${table.table} r on r.tenant_id = ${tenant} and r.id = page.id${table.ofType('r.')} order by ${order}`;
    return { text, values: parameters.values, prepare };
  }

  private firstPageText(table: ResourceTable, withGroups: boolean, rest: string): string {
    const columns = storedColumns(this.context.database.dialect);
    const groups = withGroups ? groupsColumn(this.context, table) : '';
    return `select ${columns}${groups} from ${table.table} r where ${rest}`;
  }

  /** The tenant stands outside of the client's filter: no `or` in it reaches around (F6). */
  private condition(
    table: ResourceTable,
    tenantId: string,
    filter: TypedFilter | undefined,
    parameters: Parameters,
  ): { where: string; scope: ResourceScope; tenant: string } {
    const { database, groups, tables } = this.context;
    const tenant = parameters.add(tenantId);
    const scope = new ResourceScope(database.dialect, parameters, table, 'r');
    const compiler = new FilterCompiler(database.dialect, parameters, tables, groups, tenant);
    const condition = filter ? ` and (${compiler.compile(filter, scope)})` : '';
    return { where: `r.tenant_id = ${tenant}${table.ofType('r.')}${condition}`, scope, tenant };
  }

  private run<R>(statement: Statement, table: ResourceTable, query: ResourceQuery): Promise<R[]> {
    const { database, scanTimeoutSeconds } = this.context;
    const indexed = query.filter
      ? leadsToIndex(query.filter, table)
      : isIndexOrder(query.sort, new ResourceScope(database.dialect, new Parameters(), table, 'r'));
    return indexed ? database.run<R>(statement) : database.scan<R>(statement, scanTimeoutSeconds);
  }
}

/**
 * The pages beside this one. On the way back there is always a page after it: the one that was come from. A page
 * that has become empty leads to the end of the list, or to its beginning.
 */
function neighbours(
  rows: readonly KeysetRow[],
  { direction, position }: Keyset,
  more: boolean,
): Pick<ResourcePage, 'previous' | 'next'> {
  const forward = direction === 'after';
  const hasPrevious = forward ? position !== undefined : more;
  const hasNext = forward ? more : position !== undefined;
  return {
    ...(hasPrevious ? { previous: { direction: 'before', ...nextTo(rows[0]) } } : {}),
    ...(hasNext ? { next: { direction: 'after', ...nextTo(rows.at(-1)) } } : {}),
  };
}

function nextTo(row: KeysetRow | undefined): Pick<Keyset, 'position'> {
  return row ? { position: positionOf(row) } : {};
}

function positionOf({ id, sort_key }: KeysetRow): KeysetPosition {
  return { id, key: sort_key ?? null };
}

/** Plain lists and look-ups have few texts, worth keeping prepared; every other filter may have a text of its own. */
function isPlain({ filter, sort }: ResourceQuery): boolean {
  return sort === undefined && (filter === undefined || isLookUp(filter));
}

/** By one value, or by a value of an element of one type: `emails[type eq "work" and value eq "x"]`. */
function isLookUp(filter: TypedFilter): boolean {
  if (filter.kind !== 'valuePath') return isEqual(filter);
  const { filter: inner } = filter;
  return (
    isEqual(inner) || (inner.kind === 'and' && inner.operands.length === 2 && inner.operands.every(isEqual))
  );
}

function isEqual(filter: TypedFilter): boolean {
  return filter.kind === 'compare' && filter.operator === 'eq';
}

function storedWithGroups(row: StoredRow & RowWithGroups): StoredResource {
  return toStored(row, membershipsOf(row));
}

/** How identity providers look a user up. The groups of many rows are read better all at once. */
function findsFew(filter: TypedFilter | undefined, table: ResourceTable): boolean {
  const byExternalId = filter?.kind === 'compare' && filter.attribute.path === 'externalId';
  return atMostOne(filter, table) || (byExternalId && filter.operator === 'eq');
}

function atMostOne(filter: TypedFilter | undefined, table: ResourceTable): boolean {
  if (filter?.kind !== 'compare' || filter.operator !== 'eq') return false;
  return table.columns.get(filter.attribute.path)?.unique ?? false;
}
