import type { CompareOperator, Filter, FilterLiteral } from './ast.js';

/**
 * Writes a filter in its canonical form: one space between parts, parentheses only where precedence needs them,
 * names as they were written. Parsing the text gives the same filter again.
 */
export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'or':
      return filter.operands.map((operand) => printOperand(operand, operand.kind === 'or')).join(' or ');
    case 'and':
      return filter.operands
        .map((operand) => printOperand(operand, operand.kind === 'or' || operand.kind === 'and'))
        .join(' and ');
    case 'not':
      return `not (${printFilter(filter.operand)})`;
    case 'compare':
      return printComparison(filter.path, filter.operator, filter.value);
    case 'present':
      return `${filter.path} pr`;
    case 'valuePath': {
      const valuePath = `${filter.path}[${printFilter(filter.filter)}]`;
      const { trailing } = filter;
      return trailing
        ? printComparison(`${valuePath}.${trailing.sub}`, trailing.operator, trailing.value)
        : valuePath;
    }
  }
}

function printOperand(operand: Filter, grouped: boolean): string {
  return grouped ? `(${printFilter(operand)})` : printFilter(operand);
}

function printComparison(path: string, operator: CompareOperator | 'pr', value: FilterLiteral): string {
  return operator === 'pr' ? `${path} pr` : `${path} ${operator} ${JSON.stringify(value)}`;
}
