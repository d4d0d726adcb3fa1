const OTHER_SPACE = /\p{Zs}/gu;
const FORBIDDEN = /[\p{Cc}\p{Cn}\p{Cs}]/u;

/**
 * A password prepared by the PRECIS profile OpaqueString (RFC 8265 §4.2): each space becomes U+0020, then NFC; letter
 * case is kept. Undefined when nothing is left, or when it holds control or unassigned characters.
 */
export function opaqueString(text: string): string | undefined {
  const prepared = text.replace(OTHER_SPACE, ' ').normalize('NFC');
  return prepared === '' || FORBIDDEN.test(prepared) ? undefined : prepared;
}
