/** Classes of the characters that may stand in attribute notation. Everything else ends it. */
const LETTER = 1;
const NAME_CHARACTER = 2;
const SEPARATOR = 3;
const URN_CHARACTER = 4;

const COLON = 0x3a;
const CLASSES = characterClasses();

/**
 * Finds the end of `[URN:]attribute[.sub]` (RFC 7644 §3.10) that starts at `start`. Only the form is judged here:
 * where a URN ends and which part of it is a version can only be told by the schema.
 *
 * Returns the offset after the last character, or `-1 - offset` of the character that cannot stand there.
 */
export function scanAttributePath(text: string, start: number): number {
  let previous = SEPARATOR;
  let urn = false;
  let dots = 0;
  let urnOnly = -1;
  let end = start;
  for (; end < text.length; end++) {
    const kind = characterClass(text.charCodeAt(end));
    if (kind === 0) break;
    if (previous === SEPARATOR && !urn && kind !== LETTER) return -1 - end;
    if (kind === SEPARATOR) {
      if (previous === SEPARATOR) return -1 - end;
      if (text.charCodeAt(end) === COLON) urn = true;
      else dots++;
    } else if (kind === URN_CHARACTER && urnOnly < 0) {
      urnOnly = end;
    }
    previous = kind;
  }
  if (previous === SEPARATOR || (!urn && dots > 1)) return -1 - end;
  return !urn && urnOnly >= 0 ? -1 - urnOnly : end;
}

/** Whether the character may continue a name or URN: then no operator or literal can end before it. */
export function continuesPath(code: number): boolean {
  return characterClass(code) !== 0;
}

function characterClass(code: number): number {
  return code < 128 ? CLASSES[code]! : 0;
}

function characterClasses(): Uint8Array {
  const classes = new Uint8Array(128);
  const mark = (characters: string, kind: number): void => {
    for (const character of characters) classes[character.charCodeAt(0)] = kind;
  };
  // `$` may lead a name because of `$ref` (RFC 7644 erratum 8924).
  mark('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ$', LETTER);
  mark('0123456789-_', NAME_CHARACTER);
  mark('.:', SEPARATOR);
  mark('~%@/+=', URN_CHARACTER);
  return classes;
}
