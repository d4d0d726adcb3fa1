import type { Statement, Write } from './statement.js';

/** Stands in the error of a statement that had to touch a row; whoever reads the log of the database finds it too. */
export const UNTOUCHED = 'scim: rows that were still as read:';

/** By the texts of the writes. */
const TEXTS = new Map<string, string>();
/** The stores have some dozens of combinations. */
const MAX_TEXTS = 1000;

/** Several writes in one statement of PostgreSQL, as data-modifying common table expressions. */
export function together(writes: readonly Write[]): Statement {
  const key = writes.map(({ text, mustTouch }) => (mustTouch ? `!${text}` : text)).join('\n');
  let text = TEXTS.get(key);
  if (text === undefined) {
    if (TEXTS.size >= MAX_TEXTS) TEXTS.clear();
    TEXTS.set(key, (text = textOf(writes)));
  }
  return {
    text,
    values: writes.flatMap(({ values }) => values),
    prepare: writes.every(({ prepare }) => prepare),
  };
}

function textOf(writes: readonly Write[]): string {
  let offset = 0;
  const parts = writes.map(({ text, values, mustTouch }, i) => {
    const part = `w${i} as (${numberedFrom(offset, text)}${mustTouch ? ' returning 1' : ''})`;
    offset += values.length;
    return part;
  });
  const needed = writes.flatMap(({ text, mustTouch }, i) => {
    if (mustTouch) return [mustHaveTouched(`w${i}`)];
    // Writes are made in any case, but what is selected only where it is asked for.
    return text.startsWith('select ') ? [`select 1 from w${i}`] : [];
  });
  return `with ${parts.join(', ')} ${needed.length > 0 ? needed.join(' union all ') : 'select'}`;
}

function numberedFrom(offset: number, text: string): string {
  return text.replace(/\$(\d+)/g, (_, number: string) => `$${Number(number) + offset}`);
}

/** No row, or an error: SQL has no other way to give up than a text that is no number. */
function mustHaveTouched(part: string): string {
  return `select ('${UNTOUCHED} ' || count(*))::integer from ${part} having count(*) = 0`;
}
