import { createCipheriv, createDecipheriv, createHmac, randomBytes } from 'node:crypto';
import { ScimError } from '../../protocol/error/scim-error.js';
import type { Keyset } from '../resource-store.js';

/** What a cursor says: where its page lies, how large it is, and until when it may be used. */
export interface Cursor {
  /** Its place in the order of each resource type that the query reads. */
  readonly keysets: readonly Keyset[];
  /** Size of the page. */
  readonly count: number;
  /** Milliseconds since 1970. */
  readonly expires: number;
}

/** Form of the content; another form is a cursor of another release. */
const VERSION = 2;
const SALT_BYTES = 12;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
/** Sort values are bounded by the limit of strings; what is longer was not made here. */
const MAX_LENGTH = 16_384;

/** Direction, id and sort value of a keyset. */
type Place = readonly [before: boolean, id: string | null, key: string | number | null];

/** Key for cursors out of a secret of any length. */
export function cursorKey(secret: string | Uint8Array): Buffer {
  return createHmac('sha256', secret).update('scim cursor').digest();
}

/**
 * Seals a cursor: nobody without the key can read or forge it, and it opens for the same `binding` only
 * (RFC 9865 §5.2). The text has unreserved URI characters only (RFC 9865 §2).
 *
 * @param binding everything that the query must repeat unchanged: tenant, endpoint, filter, order
 */
export function sealCursor({ keysets, count, expires }: Cursor, key: Buffer, binding: string): string {
  const salt = randomBytes(SALT_BYTES);
  const nonce = randomBytes(NONCE_BYTES);
  const places = keysets.map(({ direction, position }): Place => [
    direction === 'before',
    position?.id ?? null,
    position?.key ?? null,
  ]);
  const content = [expires, count, ...places];
  const header = Buffer.concat([Buffer.of(VERSION), salt, nonce]);
  const cipher = createCipheriv('aes-256-gcm', saltedKey(key, salt), nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(header, binding));
  const sealed = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()]);
  return Buffer.concat([header, sealed, cipher.getAuthTag()]).toString('base64url');
}

/**
 * @param now milliseconds since 1970
 * @throws ScimError invalidCursor, expiredCursor
 */
export function openCursor(text: string, key: Buffer, binding: string, now: number): Cursor {
  const content = decrypt(text, key, binding);
  if (!content) throw ScimError.invalidCursor();
  const [expires, count, ...places] = JSON.parse(content) as [number, number, ...Place[]];
  if (now >= expires) throw ScimError.expiredCursor();
  return {
    expires,
    count,
    keysets: places.map(([before, id, key]) => ({
      direction: before ? 'before' : 'after',
      ...(id === null ? {} : { position: { id, key } }),
    })),
  };
}

function decrypt(text: string, key: Buffer, binding: string): string | undefined {
  if (text.length > MAX_LENGTH) return undefined;
  const bytes = Buffer.from(text, 'base64url');
  // Several texts decode to the same bytes; only one of them was handed out.
  if (bytes.toString('base64url') !== text) return undefined;
  const headerBytes = 1 + SALT_BYTES + NONCE_BYTES;
  if (bytes.length <= headerBytes + TAG_BYTES || bytes[0] !== VERSION) return undefined;
  const header = bytes.subarray(0, headerBytes);
  const salt = header.subarray(1, 1 + SALT_BYTES);
  const nonce = header.subarray(1 + SALT_BYTES);
  try {
    const decipher = createDecipheriv('aes-256-gcm', saltedKey(key, salt), nonce, {
      authTagLength: TAG_BYTES,
    });
    decipher.setAAD(associatedData(header, binding));
    decipher.setAuthTag(bytes.subarray(-TAG_BYTES));
    const sealed = bytes.subarray(headerBytes, -TAG_BYTES);
    return decipher.update(sealed, undefined, 'utf8') + decipher.final('utf8');
  } catch {
    return undefined;
  }
}

/** A key of its own for each cursor: one key would bear no more than 2^32 random nonces (NIST SP 800-38D §8.3). */
function saltedKey(key: Buffer, salt: Buffer): Buffer {
  return createHmac('sha256', key).update(salt).digest();
}

function associatedData(header: Buffer, binding: string): Buffer {
  return Buffer.concat([header, Buffer.from(binding, 'utf8')]);
}
