import { isUtf8 } from 'node:buffer';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { JsonValue } from '../../protocol/schema/json.js';

/** Shape limits of a JSON body; see `ScimLimits`. */
export interface JsonLimits {
  readonly jsonDepth: number;
  readonly jsonKeys: number;
  readonly arrayLength: number;
}

const BYTE_ORDER_MARK = 0xfeff;

/**
 * Parses a request body: UTF-8 (a byte order mark is skipped), JSON, within the limits of shape. The limits are
 * checked by a linear scan before the parser runs, so that no input makes the parser recurse deeply.
 *
 * @throws ScimError invalidSyntax (400)
 */
export function parseJson(bytes: Uint8Array, limits: JsonLimits): JsonValue {
  if (!isUtf8(bytes)) throw ScimError.invalidSyntax('The body is not valid UTF-8.');
  const decoded = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
  const text = decoded.charCodeAt(0) === BYTE_ORDER_MARK ? decoded.slice(1) : decoded;
  if (couldExceed(text, limits)) checkShape(text, limits);
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    // The parser's own message may quote the body, which can hold personal data.
    throw ScimError.invalidSyntax('The body is not valid JSON.');
  }
}

/** Whether there are enough brackets or commas in the whole body, strings included, to reach a limit: rarely. */
function couldExceed(text: string, { jsonDepth, jsonKeys, arrayLength }: JsonLimits): boolean {
  const commas = Math.min(jsonKeys, arrayLength);
  return hasMore(text, ['{', '['], jsonDepth) || hasMore(text, [','], commas - 1);
}

function hasMore(text: string, characters: readonly string[], most: number): boolean {
  let count = 0;
  for (const character of characters) {
    for (let at = text.indexOf(character); at >= 0; at = text.indexOf(character, at + 1)) {
      if (++count > most) return true;
    }
  }
  return false;
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPEN_ARRAY = 0x5b;
const CLOSE_ARRAY = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** Counts depth, and commas per container, outside of strings. Structure itself is left to the parser. */
function checkShape(text: string, limits: JsonLimits): void {
  const commas: number[] = [];
  const isArray: boolean[] = [];
  for (let i = 0; i < text.length; i++) {
    switch (text.charCodeAt(i)) {
      case QUOTE:
        i = endOfString(text, i);
        break;
      case OPEN_ARRAY:
      case OPEN_OBJECT:
        if (commas.length === limits.jsonDepth) {
          throw ScimError.invalidSyntax(`The body is nested deeper than ${limits.jsonDepth} levels.`);
        }
        isArray.push(text.charCodeAt(i) === OPEN_ARRAY);
        commas.push(0);
        break;
      case CLOSE_ARRAY:
      case CLOSE_OBJECT:
        isArray.pop();
        commas.pop();
        break;
      case COMMA:
        countComma(commas, isArray, limits);
        break;
      default:
    }
  }
}

function countComma(commas: number[], isArray: boolean[], limits: JsonLimits): void {
  const top = commas.length - 1;
  if (top < 0) return;
  const count = (commas[top] = commas[top]! + 1);
  if (isArray[top] && count >= limits.arrayLength) {
    throw ScimError.payloadTooLarge(`The body has an array of more than ${limits.arrayLength} elements.`);
  }
  if (!isArray[top] && count >= limits.jsonKeys) {
    throw ScimError.invalidSyntax(`The body has an object of more than ${limits.jsonKeys} members.`);
  }
}

function endOfString(text: string, start: number): number {
  for (let i = start + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === BACKSLASH) i++;
    else if (code === QUOTE) return i;
  }
  return text.length;
}
