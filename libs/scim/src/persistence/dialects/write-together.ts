import type { Statement, Write } from './statement.js';

/** Stands in the error of a statement that had to touch a row; whoever reads the log of the database finds it too. */
export const UNTOUCHED = 'scim: rows that were still as read:';

/** Several writes in one statement of PostgreSQL, as data-modifying common table expressions. */
export function together(writes: readonly Write[]): Statement {
  const values: unknown[] = [];
  const parts = writes.map((write, i) => {
    const text = numberedFrom(values.length, write.text);
    values.push(...write.values);
    return `w${i} as (${text}${write.mustTouch ? ' returning 1' : ''})`;
  });
  const checks = writes.flatMap(({ mustTouch }, i) => (mustTouch ? [mustHaveTouched(`w${i}`)] : []));
  return {
    text: `with ${parts.join(', ')} ${checks.length > 0 ? checks.join(' union all ') : 'select'}`,
    values,
    prepare: writes.every(({ prepare }) => prepare),
  };
}

function numberedFrom(offset: number, text: string): string {
  return offset === 0 ? text : text.replace(/\$(\d+)/g, (_, number: string) => `$${Number(number) + offset}`);
}

/** No row, or an error: SQL has no other way to give up than a text that is no number. */
function mustHaveTouched(part: string): string {
  return `select ('${UNTOUCHED} ' || count(*))::integer from ${part} having count(*) = 0`;
}
