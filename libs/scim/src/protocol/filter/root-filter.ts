import type { Leniency } from '../compat/profile.js';
import { ScimError } from '../error/scim-error.js';
import { resolveAttribute } from '../schema/attribute-notation.js';
import type { ResourceType } from '../schema/resource-type.js';
import type { CompareFilter, Filter, PresentFilter, ValuePathFilter } from './ast.js';
import { checkFilter } from './check-filter.js';
import { evaluateFilter } from './evaluate-filter.js';
import type { TypedFilter } from './typed-filter.js';
import { isOrdering } from './typed-literal.js';

type Leaf = CompareFilter | PresentFilter | ValuePathFilter;

/**
 * Checks a filter that is asked of several resource types for one of them (RFC 7644 §3.4.2.1): an attribute that
 * the type lacks and another has is without value, and `meta.resourceType` is the same for all its resources. What
 * that decides is folded away, down to a constant for a type that cannot match.
 *
 * @param types every type of the provider
 * @throws ScimError invalidFilter, also for a name that no type has: ignored, it could match everything
 */
export function checkRootFilter(
  filter: Filter,
  type: ResourceType,
  types: readonly ResourceType[],
  leniency: Leniency,
): TypedFilter {
  const check = (part: Filter): TypedFilter => checkRootFilter(part, type, types, leniency);
  switch (filter.kind) {
    case 'or':
      return fold('or', filter.operands.map(check), true);
    case 'and':
      return fold('and', filter.operands.map(check), false);
    case 'not': {
      const operand = check(filter.operand);
      return operand.kind === 'constant' ? constant(!operand.value) : { kind: 'not', operand };
    }
    default:
      return checkLeaf(filter, type, types, leniency);
  }
}

function checkLeaf(
  leaf: Leaf,
  type: ResourceType,
  types: readonly ResourceType[],
  leniency: Leniency,
): TypedFilter {
  const { path, position } = leaf;
  if (!resolveAttribute(type, path)) {
    if (types.some((other) => resolveAttribute(other, path))) return constant(holdsWithoutValue(leaf));
    throw ScimError.invalidFilter(`No resource type has an attribute "${path.slice(0, 200)}".`, position);
  }
  const checked = checkFilter(leaf, type, leniency);
  const reached = checked.kind === 'compare' || checked.kind === 'present' ? checked.attribute.path : '';
  if (reached !== 'meta.resourceType') return checked;
  return constant(evaluateFilter(checked, { meta: { resourceType: type.name } }));
}

/** As for a missing value: only `ne`, and `eq null`, hold (P-3.4.2.2-18, -21). */
function holdsWithoutValue(leaf: Leaf): boolean {
  if (leaf.kind !== 'compare' || isOrdering(leaf.operator)) return false;
  return leaf.operator === (leaf.value === null ? 'eq' : 'ne');
}

function fold(kind: 'or' | 'and', operands: readonly TypedFilter[], decisive: boolean): TypedFilter {
  const open = operands.filter((operand) => operand.kind !== 'constant');
  if (operands.some((operand) => operand.kind === 'constant' && operand.value === decisive))
    return constant(decisive);
  if (open.length === 0) return constant(!decisive);
  return open.length === 1 ? open[0]! : { kind, operands: open };
}

function constant(value: boolean): TypedFilter {
  return { kind: 'constant', value };
}
