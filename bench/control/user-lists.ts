import { Inject, Injectable } from '@nestjs/common';
import { ControlDatabase, type NamedStatement } from './control-database.js';
import {
  type GroupRow,
  groupsOf,
  listText,
  type ResourceRow,
  type UserRow,
  userText,
} from './resource-text.js';
import {
  BY_DEPARTMENT,
  COUNT_DEPARTMENT,
  COUNT_USERS,
  DEEP_PAGE,
  FIRST_PAGE,
  GROUPS_OF,
  LOOK_UPS,
  PAGE_AFTER,
  SORTED_PAGE,
} from './user-sql.js';

/** Query parameters that the benchmark sends. */
export interface UserQuery {
  readonly filter?: string;
  readonly startIndex?: string;
  readonly count?: string;
  readonly cursor?: string;
  readonly sortBy?: string;
}

const FILTERS: readonly [start: string, statement: NamedStatement, folded: boolean][] = [
  ['userName eq "', LOOK_UPS.userName, true],
  ['externalId eq "', LOOK_UPS.externalId, false],
  ['emails.value eq "', LOOK_UPS.email, true],
  ['emails[type eq "work" and value eq "', LOOK_UPS.workEmail, true],
];

/** Lists of users by hand: no filter is parsed, it is only told which one it is. */
@Injectable()
export class UserLists {
  constructor(@Inject(ControlDatabase) private readonly database: ControlDatabase) {}

  list(tenant: string, query: UserQuery): Promise<string> {
    if (query.filter !== undefined) return this.filtered(tenant, query.filter, Number(query.count));
    const limit = Number(query.count);
    if (query.cursor !== undefined) return this.byCursor(tenant, query.cursor, limit);
    if (query.sortBy !== undefined) return this.page(tenant, 1, SORTED_PAGE, [tenant, limit]);
    const startIndex = Number(query.startIndex);
    if (startIndex === 1) return this.page(tenant, 1, FIRST_PAGE, [tenant, limit]);
    return this.page(tenant, startIndex, DEEP_PAGE, [tenant, limit, startIndex - 1]);
  }

  private async filtered(tenant: string, filter: string, limit: number): Promise<string> {
    const value = filter.slice(filter.indexOf('"', filter.lastIndexOf(' eq ')) + 1, filter.lastIndexOf('"'));
    for (const [start, statement, folded] of FILTERS) {
      if (!filter.startsWith(start)) continue;
      const key = folded ? value.toLowerCase() : value;
      const rows = await this.database.run<ResourceRow & Partial<UserRow>>(statement, [tenant, key]);
      const [first] = rows;
      // What few users have is read with their groups.
      const texts =
        first?.groups === undefined
          ? await this.texts(tenant, rows)
          : rows.map((row) => userText(row, groupsOf(row as UserRow)));
      return listText(rows.length, 1, texts);
    }
    const key = value.toLowerCase();
    const rows = await this.database.run<ResourceRow>(BY_DEPARTMENT, [tenant, key, limit]);
    const total = await this.total(COUNT_DEPARTMENT, [tenant, key]);
    return listText(total, 1, await this.texts(tenant, rows));
  }

  private async page(
    tenant: string,
    startIndex: number,
    statement: NamedStatement,
    values: readonly unknown[],
  ): Promise<string> {
    const rows = await this.database.run<ResourceRow>(statement, values);
    const total = await this.total(COUNT_USERS, [tenant]);
    return listText(total, startIndex, await this.texts(tenant, rows));
  }

  /** One row more than the page, to know whether another follows; the cursor is the last id. */
  private async byCursor(tenant: string, after: string, limit: number): Promise<string> {
    const rows = await this.database.run<ResourceRow>(PAGE_AFTER, [tenant, after, limit + 1]);
    const total = await this.total(COUNT_USERS, [tenant]);
    return listText(total, 1, await this.texts(tenant, rows.slice(0, limit)));
  }

  private async total(statement: NamedStatement, values: readonly unknown[]): Promise<number> {
    const [row] = await this.database.run<{ total: number }>(statement, values);
    return row?.total ?? 0;
  }

  private async texts(tenant: string, rows: readonly ResourceRow[]): Promise<string[]> {
    if (rows.length === 0) return [];
    const groups = await this.database.run<GroupRow>(GROUPS_OF, [tenant, rows.map(({ id }) => id)]);
    const byUser = new Map<string, GroupRow[]>();
    for (const group of groups) byUser.set(group.user_id, [...(byUser.get(group.user_id) ?? []), group]);
    return rows.map((row) => userText(row, byUser.get(row.id) ?? []));
  }
}
