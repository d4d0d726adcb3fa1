/**
 * The one comparison key of every case-insensitive string (design decision 3.3.3, D-49): uniqueness, filters,
 * sort and PATCH all use it, so a filter always finds what a uniqueness check rejects.
 *
 * `NFC(map(NFC(text)))`, where `map` replaces each code point by itself: full- and half-width forms by their
 * ordinary ones (RFC 8265 §3.3), then Unicode default case folding without locale (so no Turkish dotless i).
 * Being context-free it can be reproduced exactly in SQL (see `comparisonKeyTable`).
 */
export function comparisonKey(text: string): string {
  if (isAscii(text)) return text.toLowerCase();
  let mapped = '';
  for (const character of text.normalize('NFC')) mapped += mapCharacter(character);
  return mapped.normalize('NFC');
}

/** Orders two strings by code point, as PostgreSQL's "C" collation and SQLite's BINARY do. Returns <0, 0 or >0. */
export function compareCodePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let i = 0; i < length; i++) {
    const x = a.charCodeAt(i);
    const y = b.charCodeAt(i);
    if (x === y) continue;
    // UTF-16 puts surrogates (U+D800…) before U+E000…U+FFFF; code point order puts them after.
    const xSurrogate = (x & 0xf800) === 0xd800;
    const ySurrogate = (y & 0xf800) === 0xd800;
    if (xSurrogate !== ySurrogate) return xSurrogate ? 1 : -1;
    return x - y;
  }
  return a.length - b.length;
}

/** Every code point whose mapping differs from itself, for databases that must compute the key in SQL. */
export function comparisonKeyTable(): ReadonlyMap<string, string> {
  const table = new Map<string, string>();
  for (let codePoint = 0; codePoint <= 0x1ffff; codePoint++) {
    if (codePoint >= 0xd800 && codePoint <= 0xdfff) continue;
    const character = String.fromCodePoint(codePoint);
    const mapped = mapCharacter(character);
    if (mapped !== character) table.set(character, mapped);
  }
  return table;
}

function mapCharacter(character: string): string {
  const codePoint = character.codePointAt(0)!;
  if (codePoint < 0x80) return character.toLowerCase();
  const narrow = isWidthVariant(codePoint) ? character.normalize('NFKC') : character;
  let folded = '';
  for (const c of narrow) folded += foldCharacter(c);
  return folded;
}

function foldCharacter(character: string): string {
  // The dotless i folds to itself; via upper case it would become the ordinary i.
  if (character === 'ı') return character;
  // Lower case first: capital sharp s becomes ß, and only then ss.
  return character.toLowerCase().toUpperCase().toLowerCase();
}

function isWidthVariant(codePoint: number): boolean {
  return codePoint === 0x3000 || (codePoint >= 0xff01 && codePoint <= 0xffee);
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false;
  return true;
}
