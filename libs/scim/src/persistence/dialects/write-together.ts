import type { Statement, Write } from './statement.js';

/** Stands in the error of a statement that had to touch a row; whoever reads the log of the database finds it too. */
export const UNTOUCHED = 'scim: rows that were still as read:';

/** Combined texts, by the first text, the second one and so on: joining them would cost more than the statement. */
class Combined {
  text: string | undefined;
  /** By the next text: of writes that must touch a row, and of all others. */
  readonly needed = new Map<string, Combined>();
  readonly others = new Map<string, Combined>();
}

/** The stores have some dozens of combinations. */
const MAX_COMBINED = 1000;
let root = new Combined();
let combined = 0;

/** Several writes in one statement of PostgreSQL, as data-modifying common table expressions. */
export function together(writes: readonly Write[]): Statement {
  const place = placeOf(writes);
  return {
    text: (place.text ??= textOf(writes)),
    values: writes.flatMap(({ values }) => values),
    prepare: writes.every(({ prepare }) => prepare),
  };
}

function placeOf(writes: readonly Write[]): Combined {
  if (combined > MAX_COMBINED) {
    root = new Combined();
    combined = 0;
  }
  let place = root;
  for (const { text, mustTouch } of writes) {
    const more = mustTouch ? place.needed : place.others;
    let next = more.get(text);
    if (!next) {
      combined++;
      more.set(text, (next = new Combined()));
    }
    place = next;
  }
  return place;
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
