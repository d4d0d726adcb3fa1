import { ListParameter } from '../dialects/list-parameter.js';

/** A statement in the words of MySQL: quoted by backticks, with question marks in the order of their values. */
export interface MysqlStatement {
  readonly text: string;
  readonly values: unknown[];
}

/** Strings, which stay; names in quotation marks; placeholders. */
const TOKENS = /'(?:[^']|'')*'|"([^"]+)"|\$(\d+)/g;

/** Up to here a list becomes as many parameters, beyond that one parameter that holds it as JSON. */
const LONGEST_LIST = 512;

/** Equal to no stored text, so that a list is never empty: `not in (null)` would hold for nothing. */
const NOBODY = '\0';

/**
 * @param select SQL that selects the texts of a JSON array in the parameter `?`
 * @param bind a value as the driver takes it
 */
export function toMysql(
  text: string,
  values: readonly unknown[],
  select: string,
  bind: (value: unknown) => unknown,
): MysqlStatement {
  const ordered: unknown[] = [];
  const translated = text.replace(TOKENS, (token, name: string | undefined, number: string | undefined) => {
    if (name !== undefined) return `\`${name}\``;
    if (number === undefined) return token;
    const value = values[Number(number) - 1];
    if (!(value instanceof ListParameter)) {
      ordered.push(bind(value));
      return '?';
    }
    const { texts } = value;
    if (texts.length > LONGEST_LIST) {
      ordered.push(JSON.stringify(texts));
      return select;
    }
    const padded = toPowerOfTwo(texts);
    ordered.push(...padded);
    return padded.map(() => '?').join(', ');
  });
  return { text: translated, values: ordered };
}

/** Repeats the last one: lists of any length make a few texts only, each of which is worth preparing. */
function toPowerOfTwo(texts: readonly string[]): string[] {
  const last = texts.at(-1) ?? NOBODY;
  const size = 2 ** Math.ceil(Math.log2(Math.max(1, texts.length)));
  return [...texts, ...Array.from({ length: size - texts.length }, () => last)];
}
