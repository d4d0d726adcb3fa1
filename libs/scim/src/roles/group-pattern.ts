import { comparisonKey } from '../protocol/text/comparison-key.js';

/**
 * A pattern for names of groups: `*` stands for any text, also none; everything else for itself, compared as
 * `displayName` is. It is no regular expression on purpose: a row that a tenant's administrator wrote must not be able
 * to keep the process busy. Matching looks for each piece once, from left to right.
 */
export class GroupPattern {
  /** Comparison keys of the texts between the stars; at least two. */
  private readonly pieces: readonly string[];

  constructor(readonly text: string) {
    this.pieces = text.split(/\*+/).map((piece) => comparisonKey(piece));
  }

  /** Whether a text is a pattern that names something: with a star, and not of stars alone. */
  static isPattern(text: string): boolean {
    return text.includes('*') && /[^*\s]/.test(text);
  }

  /** @param nameKey comparison key of the displayName */
  matches(nameKey: string): boolean {
    const { first, last, inner } = this.parts;
    if (nameKey.length < first.length + last.length) return false;
    if (!nameKey.startsWith(first) || !nameKey.endsWith(last)) return false;
    const end = nameKey.length - last.length;
    let position = first.length;
    for (const piece of inner) {
      const found = nameKey.indexOf(piece, position);
      if (found < 0 || found + piece.length > end) return false;
      position = found + piece.length;
    }
    return true;
  }

  /** For a database: what a name begins with, ends with and contains; a superset of what matches. */
  get parts(): { readonly first: string; readonly last: string; readonly inner: readonly string[] } {
    const first = this.pieces[0] ?? '';
    const last = this.pieces.at(-1) ?? '';
    return { first, last, inner: this.pieces.slice(1, -1) };
  }
}
