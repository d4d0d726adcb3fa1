import type { RoleJob, RoleJobPage, RoleJobScope } from '../../roles/role-store.js';
import type { Executor } from '../database.js';
import type { RoleContext } from './role-tables.js';

interface JobRow {
  readonly tenant_id: string;
  readonly id: string;
  readonly group_id: string | null;
  readonly position: string;
  readonly done: number;
  readonly total: number;
  readonly changed: number;
  readonly created_at: string;
  readonly finished_at: string | null;
}

const COLUMNS = `j.tenant_id, j.id, j.group_id, j."position", j.done, j.total, j.changed, j.created_at, j.finished_at`;
/** Groups that one page looks into: many small ones must not make a page long. */
const GROUPS_PER_PAGE = 50;

/** Recalculations in the background, in the database. */
export class RoleJobRows {
  constructor(private readonly context: RoleContext) {}

  /** In a transaction. */
  async add({ tenantId, id, scope, createdAt }: RoleJob): Promise<void> {
    const { executor, tables, dialect } = this.context;
    const groupId = scope.kind === 'group' ? scope.groupId : null;
    const same = groupId === null ? 'j.group_id is null' : 'j.group_id = $2';
    // One that has not begun will see what this one would; locked, so that nobody begins it before this commits.
    const waiting = await executor.run({
      text: `select j.id from ${tables.jobs} j where j.tenant_id = $1 and ${same}
        and j.finished_at is null and j.held_by is null and j."position" = '' limit 1${dialect.forUpdate}`,
      values: groupId === null ? [tenantId] : [tenantId, groupId],
    });
    if (waiting.length > 0) return;
    await executor.run({
      text: `insert into ${tables.jobs} (tenant_id, id, group_id, "position", done, total, changed, created_at)
        values ($1, $2, $3, '', 0, 0, 0, $4)`,
      values: [tenantId, id, groupId, createdAt],
    });
  }

  async list(tenantId: string, limit: number): Promise<readonly RoleJob[]> {
    const { executor, tables } = this.context;
    const rows = await executor.run<JobRow>({
      text: `select ${COLUMNS} from ${tables.jobs} j where j.tenant_id = $1 order by j.id desc limit $2`,
      values: [tenantId, limit],
    });
    return rows.map(toJob);
  }

  /** In a transaction: what another one is claiming is left out. */
  async claim(
    tx: Pick<Executor, 'run'>,
    owner: string,
    now: string,
    until: string,
  ): Promise<RoleJob | undefined> {
    const { tables, dialect } = this.context;
    const [row] = await tx.run<JobRow>({
      text: `select ${COLUMNS} from ${tables.jobs} j
        where j.finished_at is null and (j.held_until is null or j.held_until < $1)
        order by j.id limit 1${dialect.skipLocked}`,
      values: [now],
      prepare: true,
    });
    if (!row) return undefined;
    await tx.run({
      text: `update ${tables.jobs} set held_by = $3, held_until = $4 where tenant_id = $1 and id = $2`,
      values: [row.tenant_id, row.id, owner, until],
    });
    return toJob(row);
  }

  async keep(owner: string, job: RoleJob, until: string): Promise<boolean> {
    const { executor, tables, dialect } = this.context;
    const [held] = await executor.run({
      text: `select j.id from ${tables.jobs} j where j.tenant_id = $1 and j.id = $2 and j.held_by = $3${dialect.forUpdate}`,
      values: [job.tenantId, job.id, owner],
      prepare: true,
    });
    if (!held) return false;
    const { position, done, total, changed, finishedAt = null } = job;
    await executor.run({
      text: `update ${tables.jobs} set "position" = $3, done = $4, total = $5, changed = $6, finished_at = $7,
          held_until = $8 where tenant_id = $1 and id = $2`,
      values: [job.tenantId, job.id, position, done, total, changed, finishedAt, until],
      prepare: true,
    });
    return true;
  }

  async release(owner: string, { tenantId, id }: RoleJob): Promise<void> {
    const { executor, tables } = this.context;
    await executor.run({
      text: `update ${tables.jobs} set held_by = null, held_until = null
        where tenant_id = $1 and id = $2 and held_by = $3`,
      values: [tenantId, id, owner],
    });
  }

  async deleteFinished(tenantId: string, before: string): Promise<void> {
    const { executor, tables } = this.context;
    await executor.run({
      text: `delete from ${tables.jobs} where tenant_id = $1 and finished_at < $2`,
      values: [tenantId, before],
    });
  }

  page(tenantId: string, scope: RoleJobScope, position: string, limit: number): Promise<RoleJobPage> {
    return scope.kind === 'tenant'
      ? this.tenantPage(tenantId, position, limit)
      : this.groupPage(tenantId, scope.groupId, position, limit);
  }

  async size(tenantId: string, scope: RoleJobScope): Promise<number> {
    const { executor, tables, dialect } = this.context;
    const rows =
      scope.kind === 'tenant'
        ? await executor.run<{ total: number | string }>({
            text: `select count(*) as total from ${tables.users} u where u.tenant_id = $1`,
            values: [tenantId],
          })
        : await executor.run<{ total: number | string }>({
            text: `select count(*) as total from ${tables.members} m
              where m.tenant_id = $1 and ${dialect.isOneOf('m.group_id', '$2')} and m.member_type = 'User'`,
            values: [tenantId, dialect.list(await this.groupsInside(tenantId, scope.groupId))],
          });
    return Number(rows[0]?.total ?? 0);
  }

  /** Deleted users as well, as long as they were last told to have a role. */
  private async tenantPage(tenantId: string, after: string, limit: number): Promise<RoleJobPage> {
    const { executor, tables } = this.context;
    const rows = await executor.run<{ id: string }>({
      text: `select k.id from (select u.id as id from ${tables.users} u
            where u.tenant_id = $1 and u.id > $2 order by u.id limit $3) k
        union select l.id from (select s.user_id as id from ${tables.states} s
            where s.tenant_id = $1 and s.user_id > $2 order by s.user_id limit $3) l
        order by id limit $3`,
      values: [tenantId, after, limit],
      prepare: true,
    });
    const userIds = rows.map(({ id }) => id);
    return { userIds, next: userIds.length < limit ? undefined : userIds.at(-1) };
  }

  /** Group by group, each along its primary key, so that a page costs the same however far it is. */
  private async groupPage(
    tenantId: string,
    groupId: string,
    position: string,
    limit: number,
  ): Promise<RoleJobPage> {
    const [at = '', member = ''] = position.split('/');
    const groups = (await this.groupsInside(tenantId, groupId)).filter((id) => id >= at);
    const userIds: string[] = [];
    let next: string | undefined;
    for (const id of groups.slice(0, GROUPS_PER_PAGE)) {
      const room = limit - userIds.length;
      const found = await this.membersAfter(tenantId, id, id === at ? member : '', room);
      userIds.push(...found);
      if (found.length === room) return { userIds: [...new Set(userIds)], next: `${id}/${found.at(-1)}` };
      next = `${id}/~`;
    }
    return { userIds: [...new Set(userIds)], next: groups.length > GROUPS_PER_PAGE ? next : undefined };
  }

  private async membersAfter(
    tenantId: string,
    groupId: string,
    after: string,
    limit: number,
  ): Promise<string[]> {
    const { executor, tables } = this.context;
    const rows = await executor.run<{ id: string }>({
      text: `select m.member_id as id from ${tables.members} m
        where m.tenant_id = $1 and m.group_id = $2 and m.member_id > $3 and m.member_type = 'User'
        order by m.member_id limit $4`,
      values: [tenantId, groupId, after, limit],
      prepare: true,
    });
    return rows.map(({ id }) => id);
  }

  /** The group and the groups inside it, in the order of their ids. */
  private async groupsInside(tenantId: string, groupId: string): Promise<readonly string[]> {
    const { executor, tables } = this.context;
    const rows = await executor.run<{ id: string }>({
      text: `with recursive inside(id) as (
          select g.id from ${tables.groups} g where g.tenant_id = $1 and g.id = $2
          union
          select m.member_id from inside i
            join ${tables.members} m on m.tenant_id = $1 and m.group_id = i.id and m.member_type = 'Group'
        ) select id from inside`,
      values: [tenantId, groupId],
      prepare: true,
    });
    return rows.map(({ id }) => id).toSorted();
  }
}

function toJob(row: JobRow): RoleJob {
  return {
    tenantId: row.tenant_id,
    id: row.id,
    scope: row.group_id === null ? { kind: 'tenant' } : { kind: 'group', groupId: row.group_id },
    position: row.position,
    done: row.done,
    total: row.total,
    changed: row.changed,
    createdAt: row.created_at,
    finishedAt: row.finished_at ?? undefined,
  };
}
