import { ScimError } from '../error/scim-error.js';
import type { TypedFilter } from '../filter/typed-filter.js';
import type { JsonValue } from '../schema/json.js';

/** Comparisons of one request: far above what a directory sends, and some tens of milliseconds of work. */
const MAXIMUM_COMPARISONS = 200_000;

/** Bounds the work of value paths: operations × elements × terms, each within its own limit, would take seconds. */
export class ComparisonBudget {
  private spent = 0;

  /** @throws ScimError 413 */
  spend(filter: TypedFilter, elements: JsonValue | undefined): void {
    this.spent += termsOf(filter) * (Array.isArray(elements) ? elements.length : 1);
    if (this.spent <= MAXIMUM_COMPARISONS) return;
    throw ScimError.payloadTooLarge(
      'The value paths of the request take too many comparisons; send fewer operations.',
    );
  }
}

function termsOf(filter: TypedFilter): number {
  switch (filter.kind) {
    case 'or':
    case 'and':
      return filter.operands.reduce((sum, operand) => sum + termsOf(operand), 0);
    case 'not':
      return termsOf(filter.operand);
    case 'valuePath':
      return termsOf(filter.filter);
    default:
      return 1;
  }
}
