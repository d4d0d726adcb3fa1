import type { Attribute } from '../schema/attribute.js';
import { USER_SCHEMA } from '../schema/schema-urns.js';

/** Says what form a value must have; undefined when it has it. */
export type ValueCheck = (text: string) => string | undefined;

const LANGUAGE_TAG = /^[a-z]{1,8}(?:[-_][a-z0-9]{1,8})*$/i;
const LANGUAGE_RANGE =
  /^(?:\*|[a-z]{1,8}(?:-[a-z0-9]{1,8})*)(?:[ \t]*;[ \t]*q=(?:0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?))?$/i;

const USER_CHECKS: ReadonlyMap<string, ValueCheck> = new Map<string, ValueCheck>([
  ['profileUrl', absoluteUrl],
  ['photos.value', absoluteUrl],
  ['preferredLanguage', languageRanges],
  ['locale', (text) => (LANGUAGE_TAG.test(text) ? undefined : 'must be one language tag such as en-US')],
  ['timezone', timeZone],
  ['emails.value', emailAddress],
  [
    'addresses.country',
    (text) => (/^[a-z]{2}$/i.test(text) ? undefined : 'must be an ISO 3166-1 alpha-2 code'),
  ],
  ['x509Certificates.value', oneCertificate],
]);

/**
 * The check of a core User attribute whose form RFC 7643 §4.1 describes, and of references of any schema (§2.3.7);
 * undefined for every other attribute. For connections without the tolerance `looseValues`: real providers send
 * country names and free-text addresses.
 */
export function strictValueCheck(attribute: Attribute): ValueCheck | undefined {
  const core = attribute.extensionUrn === undefined && attribute.schema?.id === USER_SCHEMA;
  return (core ? USER_CHECKS.get(attribute.path) : undefined) ?? referenceCheck(attribute);
}

function referenceCheck({ type }: Attribute): ValueCheck | undefined {
  return type === 'reference' ? uriReference : undefined;
}

/** An absolute URI, or one relative to the base of the endpoints; without the characters that no URI has (RFC 3986). */
function uriReference(text: string): string | undefined {
  const sound = !/[\s\p{Cc}<>"\\^`{|}]/u.test(text) && URL.canParse(text, 'https://base.invalid/');
  return sound ? undefined : 'must be a URI';
}

function absoluteUrl(text: string): string | undefined {
  return /\s/.test(text) || !URL.canParse(text) ? 'must be an absolute URL' : undefined;
}

/** The form of Accept-Language (RFC 9110 §12.5.4). */
function languageRanges(text: string): string | undefined {
  return text.split(',').every((range) => LANGUAGE_RANGE.test(range.trim()))
    ? undefined
    : 'must have the form of Accept-Language';
}

function timeZone(text: string): string | undefined {
  const problem = 'must be the name of an IANA time zone such as Europe/Berlin';
  // Offsets such as +01:00 are no zone names, but Intl takes them.
  if (!/^[a-z]/i.test(text)) return problem;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return undefined;
  } catch {
    return problem;
  }
}

/** A mailbox of RFC 5321 as far as its outer form goes: local part, one @, domain, no blanks. */
function emailAddress(text: string): string | undefined {
  const at = text.lastIndexOf('@');
  const plain = !/[\s\p{Cc}]/u.test(text) && at > 0 && at <= 64 && text.length - at > 1;
  const quoted = text.startsWith('"') && text[at - 1] === '"';
  const sound = plain && (quoted || text.indexOf('@') === at) && !text.includes('..');
  return sound ? undefined : 'must be an e-mail address';
}

/** Exactly one DER value of the type SEQUENCE; a chain has bytes after it (RFC 7643 §4.1.2). */
function oneCertificate(text: string): string | undefined {
  const der = Buffer.from(text, 'base64');
  const problem = 'must be exactly one DER certificate in base64';
  const first = der[1];
  if (der[0] !== 0x30 || first === undefined) return problem;
  if (first < 0x80) return der.length === 2 + first ? undefined : problem;
  const lengthBytes = first & 0x7f;
  if (lengthBytes === 0 || lengthBytes > 4 || der.length < 2 + lengthBytes) return problem;
  return der.length === 2 + lengthBytes + der.readUIntBE(2, lengthBytes) ? undefined : problem;
}
