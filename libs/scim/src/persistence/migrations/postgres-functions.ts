import type { QueryRunner } from 'typeorm';
import { comparisonKeyTable } from '../../protocol/text/comparison-key.js';

/**
 * Gives PostgreSQL the functions that SQLite gets from JavaScript when the module starts: the comparison key
 * of a text and the instant of an xsd:dateTime.
 */
export async function createPostgresFunctions(runner: QueryRunner): Promise<void> {
  if (runner.dataSource.options.type !== 'postgres') return;
  const prefix = functionPrefix(runner);
  await runner.query(comparisonKeySql(`${prefix}scim_comparison_key`));
  await runner.query(instantSql(`${prefix}scim_instant`));
}

export async function dropPostgresFunctions(runner: QueryRunner): Promise<void> {
  if (runner.dataSource.options.type !== 'postgres') return;
  const prefix = functionPrefix(runner);
  await runner.query(`drop function ${prefix}scim_comparison_key(text)`);
  await runner.query(`drop function ${prefix}scim_instant(text)`);
}

function functionPrefix(runner: QueryRunner): string {
  const options = runner.dataSource.options;
  return options.type === 'postgres' && options.schema ? `"${options.schema}".` : '';
}

/**
 * The same mapping as `comparisonKey` in TypeScript, from the same table. In PL/pgSQL, so that the planner does not
 * paste the long expression into every query.
 */
export function comparisonKeySql(name: string): string {
  let from = '';
  let to = '';
  let expression = 'normalize($1, NFC)';
  for (const [character, mapped] of comparisonKeyTable()) {
    if ([...mapped].length === 1) {
      from += character;
      to += mapped;
    } else {
      expression = `replace(${expression}, ${literal(character)}, ${literal(mapped)})`;
    }
  }
  return `create or replace function ${name}(text) returns text
    language plpgsql immutable strict parallel safe as $body$
    begin
      if octet_length($1) = char_length($1) then return lower($1 collate "C"); end if;
      return normalize(translate(${expression}, ${literal(from)}, ${literal(to)}), NFC);
    end $body$`;
}

/** As `parseDateTime` in TypeScript: without an offset it is UTC, digits beyond milliseconds are cut off. */
function instantSql(name: string): string {
  return `create or replace function ${name}(text) returns bigint
    language sql immutable strict parallel safe as $body$
      select case when $1 ~* '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?(Z|[+-]\\d{2}:\\d{2})?$' then
        (extract(epoch from (left($1, 19) || coalesce(substring(upper($1) from '(Z|[+-]\\d{2}:\\d{2})$'), 'Z'))::timestamptz)
          * 1000)::bigint + rpad(coalesce(substring($1 from '\\.(\\d{1,3})'), ''), 3, '0')::bigint
      end
    $body$`;
}

function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
