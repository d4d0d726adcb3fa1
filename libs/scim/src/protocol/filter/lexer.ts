import { ScimError } from '../error/scim-error.js';
import { isWellFormed } from '../text/well-formed.js';
import type { CompareOperator, FilterLiteral } from './ast.js';
import { continuesPath, scanAttributePath } from './attribute-path.js';

const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
/** Sets the bit by which an ASCII lower-case letter differs from its capital. */
const LOWER = 0x20;

const OPERATORS: ReadonlyMap<number, CompareOperator | 'pr'> = new Map(
  (['eq', 'ne', 'co', 'sw', 'ew', 'gt', 'ge', 'lt', 'le', 'pr'] as const).map((operator) => [
    pair(operator.charCodeAt(0), operator.charCodeAt(1)),
    operator,
  ]),
);

/**
 * Reads the tokens of a filter, on demand and by character code, each character once. There is no token list:
 * the grammar always knows what it wants next.
 */
export class FilterLexer {
  constructor(
    readonly text: string,
    /** Offset of the next character. */
    public position: number,
    /** Added to every reported offset. */
    readonly base: number,
    /** Characters that one literal may have. */
    private readonly valueLength: number,
  ) {}

  /** Code of the next character; NaN at the end. */
  peek(): number {
    return this.text.charCodeAt(this.position);
  }

  atEnd(): boolean {
    return this.position >= this.text.length;
  }

  skipSpaces(): void {
    while (this.text.charCodeAt(this.position) === SPACE) this.position++;
  }

  /** At least one space. */
  requireSpace(before: string): void {
    if (this.peek() !== SPACE) this.fail(`A space is missing before the ${before}.`);
    this.skipSpaces();
  }

  /** `and`, `or`: taken only when spaces stand on both sides, otherwise nothing moves. */
  takeWord(word: 'and' | 'or'): boolean {
    let at = this.position;
    if (this.text.charCodeAt(at) !== SPACE) return false;
    while (this.text.charCodeAt(at) === SPACE) at++;
    for (let i = 0; i < word.length; i++) {
      if ((this.text.charCodeAt(at + i) | LOWER) !== word.charCodeAt(i)) return false;
    }
    if (this.text.charCodeAt(at + word.length) !== SPACE) return false;
    this.position = at + word.length;
    this.skipSpaces();
    return true;
  }

  /** Attribute notation as written. */
  path(): string {
    const start = this.position;
    const end = scanAttributePath(this.text, start);
    if (end < 0) this.fail('An attribute name was expected here.', -1 - end);
    this.position = end;
    return this.text.slice(start, end);
  }

  operator(): CompareOperator | 'pr' {
    const at = this.position;
    const operator = OPERATORS.get(
      pair(this.text.charCodeAt(at) | LOWER, this.text.charCodeAt(at + 1) | LOWER),
    );
    if (operator === undefined || continuesPath(this.text.charCodeAt(at + 2))) {
      this.fail('An operator was expected here: eq, ne, co, sw, ew, gt, ge, lt, le or pr.');
    }
    this.position = at + 2;
    return operator;
  }

  literal(): FilterLiteral {
    const code = this.peek();
    if (code === QUOTE) return this.string();
    if (code === MINUS || isDigit(code)) return this.number();
    if (this.takeExact('true')) return true;
    if (this.takeExact('false')) return false;
    if (this.takeExact('null')) return null;
    return this.fail('A value was expected here: a string in double quotes, a number, true, false or null.');
  }

  /** @throws ScimError invalidFilter */
  fail(detail: string, at = this.position): never {
    throw ScimError.invalidFilter(detail, at + this.base);
  }

  private takeExact(word: string): boolean {
    if (!this.text.startsWith(word, this.position)) return false;
    this.position += word.length;
    return true;
  }

  private string(): string {
    const { text } = this;
    const start = this.position;
    let escaped = false;
    let ascii = true;
    let at = start + 1;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) break;
      if (code === BACKSLASH) {
        escaped = true;
        at++;
      } else if (code < SPACE) {
        this.fail('Control characters in a string must be escaped.', at);
      } else if (code > 0x7f) {
        ascii = false;
      }
    }
    if (at >= text.length) this.fail('A string has no closing double quote.', start);
    this.position = at + 1;
    const value = escaped ? this.decode(start, at + 1) : text.slice(start + 1, at);
    if (value.length > this.valueLength)
      this.fail(`A value may have at most ${this.valueLength} characters.`, start);
    if ((escaped || !ascii) && !isWellFormed(value)) this.fail('A string is no valid Unicode.', start);
    return value;
  }

  /** JSON decodes each escape once; nothing is replaced twice (F1). */
  private decode(start: number, end: number): string {
    let value: string;
    try {
      value = JSON.parse(this.text.slice(start, end)) as string;
    } catch {
      return this.fail('A string has an escape that JSON does not know.', start);
    }
    // PostgreSQL cannot hold U+0000.
    if (value.includes('\0')) this.fail('A string may not hold the character U+0000.', start);
    return value;
  }

  /** A number as JSON writes it: no leading zeros, no plus sign, digits on both sides of the dot. */
  private number(): number {
    const { text } = this;
    const start = this.position;
    let at = start;
    if (text.charCodeAt(at) === MINUS) at++;
    at = text.charCodeAt(at) === ZERO ? at + 1 : this.digits(at);
    if (text.charCodeAt(at) === DOT) at = this.digits(at + 1);
    if ((text.charCodeAt(at) | LOWER) === 0x65) {
      const sign = text.charCodeAt(at + 1);
      at = this.digits(sign === 0x2b || sign === MINUS ? at + 2 : at + 1);
    }
    if (at - start > this.valueLength)
      this.fail(`A value may have at most ${this.valueLength} characters.`, start);
    const value = Number(text.slice(start, at));
    if (!Number.isFinite(value)) this.fail('A number is too large.', start);
    this.position = at;
    // No negative zero: it equals zero everywhere but prints differently.
    return value === 0 ? 0 : value;
  }

  private digits(from: number): number {
    let at = from;
    while (isDigit(this.text.charCodeAt(at))) at++;
    if (at === from) this.fail('A digit was expected here.', at);
    return at;
  }
}

function pair(first: number, second: number): number {
  return first * 0x10000 + second;
}

function isDigit(code: number): boolean {
  return code >= ZERO && code <= NINE;
}
