import { hash, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';

/**
 * The text of a token: `scim_` + 8 characters public id + `_` + 43 characters secret + 6 characters checksum, all in
 * Base62. The word in front lets secret scanners find a leaked token, `_` keeps it selectable by a double click, the
 * checksum lets a typing error (or a guess) fail without a query.
 */
export interface TokenText {
  /** Names the token in lists and logs; says nothing about the secret. */
  readonly publicId: string;
  readonly text: string;
}

/** Regular expression of a token for secret scanners. The last six characters are a CRC32 of the ones before. */
export const SCIM_TOKEN_PATTERN = /\bscim_[0-9A-Za-z]{8}_[0-9A-Za-z]{49}\b/;

const WORD = 'scim_';
const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const PUBLIC_ID_LENGTH = 8;
/** 43 independent Base62 characters carry 256.03 bits: no less than 32 random bytes. */
const SECRET_LENGTH = 43;
const CHECKSUM_LENGTH = 6;
const TOKEN_LENGTH = WORD.length + PUBLIC_ID_LENGTH + 1 + SECRET_LENGTH + CHECKSUM_LENGTH;
const WHOLE_TOKEN = new RegExp(`^${SCIM_TOKEN_PATTERN.source}$`);

/** A new token from the operating system's random source. */
export function generateToken(): TokenText {
  const publicId = randomText(PUBLIC_ID_LENGTH);
  const body = `${WORD}${publicId}_${randomText(SECRET_LENGTH)}`;
  return { publicId, text: body + checksum(body) };
}

/** The parts of a token; undefined when the shape or the checksum is wrong. Asks no store. */
export function parseToken(text: string): TokenText | undefined {
  if (text.length !== TOKEN_LENGTH || !WHOLE_TOKEN.test(text)) return undefined;
  const body = text.slice(0, -CHECKSUM_LENGTH);
  if (text.slice(-CHECKSUM_LENGTH) !== checksum(body)) return undefined;
  return { publicId: text.slice(WORD.length, WORD.length + PUBLIC_ID_LENGTH), text };
}

/**
 * SHA-256 of the whole token in hex: what is stored and looked up. A slow password hash would add nothing, there is
 * no guessing 256 random bits; and a look-up by digest leaves no comparison whose time could tell something.
 */
export function hashToken(text: string): string {
  return hash('sha256', text, 'hex');
}

/** Bytes of 248 and above are thrown away: 256 is no multiple of 62, and a remainder would favour some characters. */
function randomText(length: number): string {
  const ceiling = 256 - (256 % ALPHABET.length);
  let text = '';
  while (text.length < length) {
    for (const byte of randomBytes(length)) {
      if (byte < ceiling && text.length < length) text += ALPHABET.charAt(byte % ALPHABET.length);
    }
  }
  return text;
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = '';
  for (let place = 0; place < CHECKSUM_LENGTH; place++) {
    text = ALPHABET.charAt(rest % ALPHABET.length) + text;
    rest = Math.floor(rest / ALPHABET.length);
  }
  return text;
}
