import fc from 'fast-check';

/**
 * Characters that comparisons, LIKE patterns, JSON and collations get wrong: letter pairs that fold together or must
 * not (Turkish dotted and dotless i, long s, sharp s), combining and full-width forms, wildcards, escapes, quotes,
 * and a pair that UTF-16 orders otherwise than code points (U+FF21 and U+1F600).
 */
const CHARACTERS = [
  ...['a', 'A', 'b', 'i', 'I', 's', 'S', '1', ' '],
  ...['é', 'É', 'e\u0301', 'ß', 'ſ', 'İ', 'ı', 'Ａ', 'ａ', '\uff5e', '\u{1F600}', '\u{10400}', '\u{10428}'],
  ...['%', '_', '\\', '"', "'", '.', '[', ']', '(', ')', '+', '/'],
];

/** Short texts of those characters, often equal, prefix or suffix of each other; at least `minLength` of them. */
export function oddTextOf(minLength: number, maxLength = 3): fc.Arbitrary<string> {
  return fc
    .array(fc.constantFrom(...CHARACTERS), { minLength, maxLength })
    .map((characters) => characters.join(''));
}

/** As `oddTextOf`, also empty. */
export const oddText = oddTextOf(0);
