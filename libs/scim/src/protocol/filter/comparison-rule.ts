import type { Attribute } from '../schema/attribute.js';
import { comparisonKey } from '../text/comparison-key.js';

/**
 * Whether values of a text attribute are compared as they are. References and binaries always are
 * (RFC 7643 §2.3.6, §2.3.7); strings by the attribute's own `caseExact`, not its parent's.
 */
export function comparesExactly(attribute: Attribute): boolean {
  return attribute.type === 'reference' || attribute.type === 'binary' || attribute.caseExact;
}

/** The text that stands for a value in every comparison: itself, or its comparison key where case is ignored. */
export function comparableText(attribute: Attribute, text: string): string {
  return comparesExactly(attribute) ? text : comparisonKey(text);
}

/**
 * Whether an element without this sub-attribute is compared as if it were `false`: only `primary` of a multi-valued
 * attribute (RFC 7643 §2.4: absent means false; D-42). So `primary eq false` holds for such an element, `primary ne
 * false` does not, and `primary pr` still asks whether it is there. Evaluator and SQL follow the same rule.
 */
export function absentMeansFalse(attribute: Attribute): boolean {
  return (
    attribute.type === 'boolean' &&
    attribute.name.toLowerCase() === 'primary' &&
    attribute.parent?.multiValued === true
  );
}
