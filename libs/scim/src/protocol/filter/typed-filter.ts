import type { Attribute } from '../schema/attribute.js';
import type { CompareOperator } from './ast.js';

/**
 * A filter after the type checker: every name is an attribute of the resource type, every literal fits its
 * type, and only combinations with a meaning are left. What the evaluator runs and what SQL is compiled from.
 *
 * Comparisons reach a simple attribute (`attribute`), on the way to which there may be a multi-valued one; the
 * comparison then holds when any element satisfies it (`ne`: when none equals, P-3.4.2.2-21).
 *
 * `evaluateFilter` says in code what each node means; SQL gives the same answers.
 */
export type TypedFilter =
  TypedOr | TypedAnd | TypedNot | TypedCompare | TypedPresent | TypedValuePath | TypedConstant;

export interface TypedOr {
  readonly kind: 'or';
  readonly operands: readonly TypedFilter[];
}
export interface TypedAnd {
  readonly kind: 'and';
  readonly operands: readonly TypedFilter[];
}
export interface TypedNot {
  readonly kind: 'not';
  readonly operand: TypedFilter;
}
/**
 * `attribute operator value`. `eq null` and `ne null` have become present/not present; ordering on null, false. An
 * element without `primary` is compared as `primary: false` (see `absentMeansFalse`); any other missing value
 * satisfies nothing but `ne`.
 */
export interface TypedCompare {
  readonly kind: 'compare';
  /** Never complex. Inside a value path: a sub-attribute, or the multi-valued simple attribute itself. */
  readonly attribute: Attribute;
  readonly operator: CompareOperator;
  /**
   * Ready to compare: a string is the comparison key when the attribute ignores case and the text itself when it
   * does not; a dateTime is its instant in milliseconds since 1970 (UTC).
   */
  readonly value: TypedValue;
}
/** Somewhere in it is a value other than null and the empty string (P-3.4.2.2-18). */
export interface TypedPresent {
  readonly kind: 'present';
  /** May be complex or multi-valued; then any filled part counts. */
  readonly attribute: Attribute;
}
/** All conditions of `filter` hold for one and the same element of `attribute`. */
export interface TypedValuePath {
  readonly kind: 'valuePath';
  /** Multi-valued; complex, or simple (then `filter` compares the attribute itself as its element). */
  readonly attribute: Attribute;
  readonly filter: TypedFilter;
}
/** Always or never true. */
export interface TypedConstant {
  readonly kind: 'constant';
  readonly value: boolean;
}

export type TypedValue =
  | { readonly type: 'text'; readonly text: string }
  | { readonly type: 'number'; readonly number: number }
  | { readonly type: 'boolean'; readonly boolean: boolean }
  | { readonly type: 'instant'; readonly instant: number };
