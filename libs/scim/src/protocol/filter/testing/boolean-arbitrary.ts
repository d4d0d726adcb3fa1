import fc from 'fast-check';
import type { Filter } from '../ast.js';

/** `leaf` and its combinations with and, or, not, up to `depth` levels deep. */
export function booleanOf(leaf: fc.Arbitrary<Filter>, depth: number): fc.Arbitrary<Filter> {
  if (depth === 0) return leaf;
  const below = booleanOf(leaf, depth - 1);
  return fc.oneof(
    { weight: 3, arbitrary: leaf },
    fc
      .tuple(fc.constantFrom('or' as const, 'and' as const), fc.array(below, { minLength: 2, maxLength: 3 }))
      .map(([kind, operands]): Filter => ({ kind, operands })),
    below.map((operand): Filter => ({ kind: 'not', operand })),
  );
}
