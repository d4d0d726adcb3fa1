import { ScimError } from '../error/scim-error.js';
import type { Filter, ValuePathFilter } from './ast.js';
import { DEFAULT_FILTER_LIMITS, MAXIMUM_DEPTH, type FilterLimits } from './filter-limits.js';
import { FilterLexer } from './lexer.js';

export { DEFAULT_FILTER_LIMITS, type FilterLimits } from './filter-limits.js';

const OPEN = 0x28;
const CLOSE = 0x29;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const DOT = 0x2e;

export interface FilterSettings {
  /** @default DEFAULT_FILTER_LIMITS */
  readonly limits?: FilterLimits;
  /** Accept `emails[type eq "work"].value eq "x"` (P-3.4.2.2-12). @default false */
  readonly allowAfterValuePath?: boolean;
  /** Offset of `text` in what the client sent; added to the positions of nodes and errors. @default 0 */
  readonly position?: number;
}

/**
 * Parses a filter by the grammar of RFC 7644 §3.4.2.2 in linear time. Names and operators are taken in any letter
 * case; names are not resolved here. Several spaces count as one.
 *
 * @throws ScimError invalidFilter, with the position of the first character that cannot stand
 */
export function parseFilter(text: string, settings: FilterSettings = {}): Filter {
  const limits = settings.limits ?? DEFAULT_FILTER_LIMITS;
  checkLength(text.length, limits);
  const lexer = new FilterLexer(text, 0, settings.position ?? 0, limits.valueLength);
  const parser = new FilterParser(lexer, limits, settings.allowAfterValuePath ?? false);
  lexer.skipSpaces();
  const filter = parser.filter();
  lexer.skipSpaces();
  if (!lexer.atEnd()) lexer.fail('The filter goes on where "and", "or" or its end was expected.');
  return filter;
}

/**
 * Parses the filter of a value path inside a longer text, from `start` (after the bracket) to the closing bracket.
 * Returns the filter and the offset behind the bracket.
 *
 * @throws ScimError invalidFilter
 */
export function parseBracketed(
  text: string,
  start: number,
  limits: FilterLimits,
): { filter: Filter; end: number } {
  const lexer = new FilterLexer(text, start, 0, limits.valueLength);
  const filter = new FilterParser(lexer, limits, false).bracketed();
  // The literals bound where the filter ends, so its length is only known now; the caller has bounded the text.
  checkLength(lexer.position - start, limits);
  return { filter, end: lexer.position };
}

function checkLength(length: number, limits: FilterLimits): void {
  if (length > limits.length)
    throw ScimError.invalidFilter(`A filter may have at most ${limits.length} characters.`);
}

/** Recursive descent: `or` of `and` of terms; each nesting is counted before it is entered. */
class FilterParser {
  private depth = 0;
  private terms = 0;
  private inBrackets = false;
  private readonly maximumDepth: number;

  constructor(
    private readonly lexer: FilterLexer,
    private readonly limits: FilterLimits,
    private readonly allowAfterValuePath: boolean,
  ) {
    this.maximumDepth = Math.min(limits.depth, MAXIMUM_DEPTH);
  }

  filter(): Filter {
    const first = this.conjunction();
    if (!this.lexer.takeWord('or')) return first;
    const operands = [first];
    do operands.push(this.conjunction());
    while (this.lexer.takeWord('or'));
    return { kind: 'or', operands };
  }

  /** The inside of a value path and its closing bracket. */
  bracketed(): Filter {
    this.enter();
    this.inBrackets = true;
    this.lexer.skipSpaces();
    const filter = this.filter();
    this.close(CLOSE_BRACKET, ']');
    this.inBrackets = false;
    return filter;
  }

  private conjunction(): Filter {
    const first = this.term();
    if (!this.lexer.takeWord('and')) return first;
    const operands = [first];
    do operands.push(this.term());
    while (this.lexer.takeWord('and'));
    return { kind: 'and', operands };
  }

  private term(): Filter {
    const { lexer } = this;
    if (lexer.peek() === OPEN) return this.group();
    const position = lexer.position;
    const path = lexer.path();
    if (path.length === 3 && path.toLowerCase() === 'not') return this.negation();
    this.count(position);
    if (lexer.peek() === OPEN_BRACKET) return this.valuePath(path, position);
    lexer.requireSpace('operator');
    const operator = lexer.operator();
    if (operator === 'pr') return { kind: 'present', path, position: position + lexer.base };
    lexer.requireSpace('value');
    return { kind: 'compare', path, operator, value: lexer.literal(), position: position + lexer.base };
  }

  private group(): Filter {
    this.enter();
    this.lexer.position++;
    this.lexer.skipSpaces();
    const filter = this.filter();
    this.close(CLOSE, ')');
    return filter;
  }

  /** The space before the parenthesis is optional (RFC 7644 erratum 7319); the parenthesis is not. */
  private negation(): Filter {
    this.lexer.skipSpaces();
    if (this.lexer.peek() !== OPEN) this.lexer.fail('"not" needs parentheses around what it negates.');
    return { kind: 'not', operand: this.group() };
  }

  private valuePath(path: string, position: number): ValuePathFilter {
    const { lexer } = this;
    if (this.inBrackets) lexer.fail('Brackets cannot stand inside brackets.');
    lexer.position++;
    const filter = this.bracketed();
    const node: ValuePathFilter = { kind: 'valuePath', path, filter, position: position + lexer.base };
    if (lexer.peek() !== DOT) return node;
    if (!this.allowAfterValuePath) {
      lexer.fail('Nothing may follow the brackets of a filter; write the comparison inside them.');
    }
    return { ...node, trailing: this.trailing() };
  }

  private trailing(): NonNullable<ValuePathFilter['trailing']> {
    const { lexer } = this;
    this.count(lexer.position);
    lexer.position++;
    const start = lexer.position;
    const sub = lexer.path();
    if (sub.includes('.') || sub.includes(':'))
      lexer.fail('One sub-attribute name was expected here.', start);
    lexer.requireSpace('operator');
    const operator = lexer.operator();
    if (operator === 'pr') return { sub, operator, value: null };
    lexer.requireSpace('value');
    return { sub, operator, value: lexer.literal() };
  }

  private close(code: number, character: string): void {
    this.lexer.skipSpaces();
    if (this.lexer.peek() !== code) this.lexer.fail(`"and", "or" or "${character}" was expected here.`);
    this.lexer.position++;
    this.depth--;
  }

  private enter(): void {
    if (++this.depth > this.maximumDepth)
      this.lexer.fail(`A filter may be nested at most ${this.maximumDepth} levels deep.`);
  }

  private count(position: number): void {
    if (++this.terms > this.limits.terms) {
      this.lexer.fail(`A filter may have at most ${this.limits.terms} comparisons.`, position);
    }
  }
}
