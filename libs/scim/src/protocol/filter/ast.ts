/** Comparison operators of RFC 7644 §3.4.2.2, lower case. `pr` is a node of its own. */
export type CompareOperator = 'eq' | 'ne' | 'co' | 'sw' | 'ew' | 'gt' | 'ge' | 'lt' | 'le';

/** A literal of the filter grammar: a JSON string, number, boolean or null. */
export type FilterLiteral = string | number | boolean | null;

/**
 * A filter as written: plain read-only data, names unresolved. `position` is the offset of the node's first
 * character and is left out of comparisons and of printing.
 */
export type Filter = OrFilter | AndFilter | NotFilter | CompareFilter | PresentFilter | ValuePathFilter;

export interface OrFilter {
  readonly kind: 'or';
  /** Two or more. */
  readonly operands: readonly Filter[];
}
export interface AndFilter {
  readonly kind: 'and';
  /** Two or more. */
  readonly operands: readonly Filter[];
}
export interface NotFilter {
  readonly kind: 'not';
  readonly operand: Filter;
}
export interface CompareFilter {
  readonly kind: 'compare';
  /** Attribute notation as written, for example `urn:…:User:name.givenName`. */
  readonly path: string;
  readonly operator: CompareOperator;
  readonly value: FilterLiteral;
  readonly position: number;
}
export interface PresentFilter {
  readonly kind: 'present';
  readonly path: string;
  readonly position: number;
}
export interface ValuePathFilter {
  readonly kind: 'valuePath';
  readonly path: string;
  /** Names inside are sub-attributes of `path`. */
  readonly filter: Filter;
  /**
   * `emails[type eq "work"].value eq "x"`: not in the grammar of filters, but Entra sends it
   * (P-3.4.2.2-12). Present only when the parser was told to accept it.
   */
  readonly trailing?: {
    readonly sub: string;
    readonly operator: CompareOperator | 'pr';
    readonly value: FilterLiteral;
  };
  readonly position: number;
}
