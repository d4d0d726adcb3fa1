import type { MigrationInterface, QueryRunner } from 'typeorm';
import { quotedTable } from './scim-table.js';

/** Tables whose rows are counted, with the resource type of all their rows; undefined: it is in the row. */
const COUNTED: readonly (readonly [table: string, type: string | undefined])[] = [
  ['scim_user', 'User'],
  ['scim_group', 'Group'],
  ['scim_resource', undefined],
];

/**
 * Counts of resources by tenant and type on PostgreSQL, kept by triggers of the tables themselves, so that whatever
 * writes them is counted. An exact total then costs a few rows instead of a look at every resource of the tenant.
 *
 * A count is the sum of slots. Each connection adds to a slot of its own, so that writers of one tenant do not wait for
 * each other.
 */
export class CountScimResources1764000000090 implements MigrationInterface {
  readonly name = 'CountScimResources1764000000090';

  async up(runner: QueryRunner): Promise<void> {
    if (runner.dataSource.options.type !== 'postgres') return;
    const counts = quotedTable(runner, 'scim_resource_count');
    // Room on each page: a changed row stays where it is and no index is touched.
    await runner.query(`create table ${counts} (
      "tenant_id" varchar(64) not null, "resource_type" varchar(64) not null, "slot" integer not null,
      "total" bigint not null,
      constraint "pk_scim_resource_count" primary key ("tenant_id", "resource_type", "slot")) with (fillfactor = 50)`);
    await runner.query(countingFunction(quotedTable(runner, 'scim_count_resources'), counts));
    for (const [name, type] of COUNTED) {
      const table = quotedTable(runner, name);
      // Nothing is written between the first count and the triggers.
      await runner.query(`lock table ${table} in share row exclusive mode`);
      const typed = type === undefined ? 'resource_type' : `'${type}'`;
      await runner.query(`insert into ${counts} (tenant_id, resource_type, slot, total)
        select tenant_id, ${typed}, 0, count(*) from ${table} group by 1, 2`);
      for (const statement of triggers(runner, name, type ?? '')) await runner.query(statement);
    }
  }

  async down(runner: QueryRunner): Promise<void> {
    if (runner.dataSource.options.type !== 'postgres') return;
    for (const [name] of COUNTED) {
      for (const event of ['insert', 'delete', 'truncate']) {
        await runner.query(`drop trigger "tr_${name}_${event}" on ${quotedTable(runner, name)}`);
      }
    }
    await runner.query(`drop function ${quotedTable(runner, 'scim_count_resources')}()`);
    await runner.query(`drop table ${quotedTable(runner, 'scim_resource_count')}`);
  }
}

function triggers(runner: QueryRunner, name: string, type: string): string[] {
  const table = quotedTable(runner, name);
  const count = `for each statement execute function ${quotedTable(runner, 'scim_count_resources')}('${type}')`;
  return [
    `create trigger "tr_${name}_insert" after insert on ${table} referencing new table as changed ${count}`,
    `create trigger "tr_${name}_delete" after delete on ${table} referencing old table as changed ${count}`,
    `create trigger "tr_${name}_truncate" after truncate on ${table} ${count}`,
  ];
}

/** `tg_argv[0]`: the type of all rows, or nothing where each row has its own. In the order of the key, against deadlocks. */
function countingFunction(name: string, counts: string): string {
  const add = (type: string): string => `
        insert into ${counts} as c (tenant_id, resource_type, slot, total)
          select tenant_id, ${type}, pg_backend_pid() % 64, sign * count(*) from changed group by 1, 2 order by 1, 2
          on conflict (tenant_id, resource_type, slot) do update set total = c.total + excluded.total;`;
  return `create function ${name}() returns trigger language plpgsql as $body$
    declare
      sign constant integer := case tg_op when 'INSERT' then 1 else -1 end;
    begin
      if tg_op = 'TRUNCATE' then
        delete from ${counts} where case tg_argv[0]
          when '' then resource_type not in ('User', 'Group') else resource_type = tg_argv[0] end;
      elsif tg_argv[0] = '' then${add('resource_type')}
      else${add('tg_argv[0]')}
      end if;
      return null;
    end $body$`;
}
