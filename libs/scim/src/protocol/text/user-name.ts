/** Characters without width or ink, controls of writing direction among them: they make look-alike accounts. */
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
const CONTROL = /[\p{Cc}\u2028\u2029]/u;

/** Says what is wrong with a userName, whatever the profile; undefined when nothing is. */
export function userNameFault(text: string): string | undefined {
  if (INVISIBLE.test(text)) return 'may not contain zero-width or bidirectional control characters';
  if (CONTROL.test(text)) return 'may not contain control characters';
  // No directory means them, and two accounts that differ by a blank look alike.
  if (text.trim() !== text) return 'may not begin or end with white space';
  return undefined;
}

/** IdentifierClass of RFC 8264 §4.2: visible ASCII, letters, digits, marks, and the exceptions of RFC 5892 §2.6. */
const IDENTIFIER = /^[\x21-\x7e\p{Ll}\p{Lu}\p{Lo}\p{Lm}\p{Nd}\p{Mn}\p{Mc}\u06fd\u06fe\u0f0b\u3007]*$/u;
const EXCLUDED = /[\u0640\u07fa\u302e\u302f\u3031-\u3035\u303b\u1100-\u11ff\ua960-\ua97c\ud7b0-\ud7fb]/;
const WIDTH_VARIANT = /[\u3000\uff01-\uffee]/g;

/**
 * Says what the profile UsernameCaseMapped of PRECIS finds wrong (RFC 8265 §3.3): the characters allowed in it and the
 * bidi rule; undefined when nothing is. Characters that RFC 5892 allows in some context only are refused. The mapping
 * itself is that of the comparison key; the text stays as it was sent.
 */
export function preparedUserNameFault(text: string): string | undefined {
  const prepared = text.replace(WIDTH_VARIANT, (character) => character.normalize('NFKC')).normalize('NFC');
  const compatible = Array.from(prepared).some(
    (character) => character.normalize('NFKC') !== character.normalize('NFC'),
  );
  if (compatible || EXCLUDED.test(prepared) || !IDENTIFIER.test(prepared)) {
    return 'may hold letters, digits and visible ASCII characters only (RFC 8265)';
  }
  return breaksBidiRule(prepared) ? 'mixes writing directions (RFC 5893)' : undefined;
}

/** Blocks whose letters are written from right to left. */
const RIGHT_TO_LEFT = /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufeff\u{10800}-\u{10fff}\u{1e800}-\u{1efff}]/u;
const ARABIC_DIGIT = /[\u0660-\u0669]/;
const EUROPEAN_DIGIT = /[0-9\u06f0-\u06f9]/;

/** RFC 5893 §2: a text with a letter from right to left begins and ends with such letters, and holds no others. */
function breaksBidiRule(text: string): boolean {
  if (!RIGHT_TO_LEFT.test(text)) return false;
  const characters = Array.from(text).filter((character) => !/\p{Mn}/u.test(character));
  const isRight = (character = ''): boolean => RIGHT_TO_LEFT.test(character) && /\p{L}/u.test(character);
  const last = characters.at(-1) ?? '';
  const begins = isRight(characters[0]);
  const ends = isRight(last) || ARABIC_DIGIT.test(last) || EUROPEAN_DIGIT.test(last);
  const foreign = characters.some((character) => /\p{L}/u.test(character) && !isRight(character));
  return !begins || !ends || foreign || (ARABIC_DIGIT.test(text) && EUROPEAN_DIGIT.test(text));
}
