import type { CompareOperator, Filter, FilterLiteral } from './ast.js';

/** How a literal is written. */
type LiteralPrinter = (value: FilterLiteral) => string;

/**
 * Writes a filter in its canonical form: one space between parts, parentheses only where precedence needs them,
 * names as they were written. Parsing the text gives the same filter again.
 *
 * @param literal how values are written, for texts that must not show them. @default as JSON
 */
export function printFilter(filter: Filter, literal: LiteralPrinter = JSON.stringify): string {
  switch (filter.kind) {
    case 'or':
      return filter.operands
        .map((operand) => printOperand(operand, operand.kind === 'or', literal))
        .join(' or ');
    case 'and':
      return filter.operands
        .map((operand) => printOperand(operand, operand.kind === 'or' || operand.kind === 'and', literal))
        .join(' and ');
    case 'not':
      return `not (${printFilter(filter.operand, literal)})`;
    case 'compare':
      return printComparison(filter.path, filter.operator, literal(filter.value));
    case 'present':
      return `${filter.path} pr`;
    case 'valuePath': {
      const valuePath = `${filter.path}[${printFilter(filter.filter, literal)}]`;
      const { trailing } = filter;
      return trailing
        ? printComparison(`${valuePath}.${trailing.sub}`, trailing.operator, literal(trailing.value))
        : valuePath;
    }
  }
}

function printOperand(operand: Filter, grouped: boolean, literal: LiteralPrinter): string {
  const text = printFilter(operand, literal);
  return grouped ? `(${text})` : text;
}

function printComparison(path: string, operator: CompareOperator | 'pr', value: string): string {
  return operator === 'pr' ? `${path} pr` : `${path} ${operator} ${value}`;
}
