import { ScimError } from '../error/scim-error.js';
import type { Attribute } from '../schema/attribute.js';
import type { JsonValue } from '../schema/json.js';
import { comparisonKey } from '../text/comparison-key.js';
import { parseDateTime } from '../text/date-time.js';
import { preparedUserNameFault, userNameFault } from '../text/user-name.js';
import { isWellFormed } from '../text/well-formed.js';
import { DEFAULT_READ_LIMITS, KEY_LENGTH, type ReadContext } from './read-context.js';
import { strictValueCheck } from './strict-value-checks.js';

/** Validates one value and normalises it; undefined: nothing is assigned. */
export type ValueReader = (value: JsonValue, context: ReadContext) => JsonValue | undefined;

type TextCheck = (text: string, context: ReadContext) => string;

const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Compiles the reader of one value of a simple type (RFC 7643 §2.3). The reader throws ScimError invalidValue. */
export function simpleReader(attribute: Attribute): ValueReader {
  switch (attribute.type) {
    case 'boolean':
      return booleanReader(attribute);
    case 'integer':
    case 'decimal':
      return numberReader(attribute);
    case 'complex':
      throw new Error(`${attribute.path} is complex and has no simple reader.`);
    default:
      return textReader(attribute);
  }
}

/** `""` counts as unassigned for connections that send it to clear a value. */
export function isEmptyText(value: JsonValue, context: ReadContext): boolean {
  if (value !== '' || !context.leniency.tolerates('emptyStrings')) return false;
  context.leniency.applied('emptyStrings');
  return true;
}

function booleanReader(attribute: Attribute): ValueReader {
  return (value, context) => {
    if (typeof value === 'boolean') return value;
    if (value === null || isEmptyText(value, context)) return undefined;
    if (typeof value === 'string' && value.length <= 5 && context.leniency.tolerates('booleanStrings')) {
      const word = value.toLowerCase();
      if (word === 'true' || word === 'false') {
        context.leniency.applied('booleanStrings');
        return word === 'true';
      }
    }
    throw ScimError.invalidValue(`${attribute.path} must be true or false.`);
  };
}

function numberReader(attribute: Attribute): ValueReader {
  const integer = attribute.type === 'integer';
  return (value, context) => {
    if (value === null || isEmptyText(value, context)) return undefined;
    // JSON.parse turns 1e400 into Infinity and rounds integers beyond 2^53.
    if (typeof value === 'number' && (integer ? Number.isSafeInteger(value) : Number.isFinite(value)))
      return value;
    throw ScimError.invalidValue(
      integer
        ? `${attribute.path} must be a number without fraction between -(2^53 - 1) and 2^53 - 1.`
        : `${attribute.path} must be a number.`,
    );
  };
}

function textReader(attribute: Attribute): ValueReader {
  const { path } = attribute;
  const checks = textChecks(attribute);
  const limitOf = lengthLimit(attribute);
  return (value, context) => {
    if (typeof value !== 'string') {
      if (value === null) return undefined;
      throw ScimError.invalidValue(`${path} must be a string.`);
    }
    if (isEmptyText(value, context)) return undefined;
    const limit = limitOf(context);
    if (value.length > limit) throw ScimError.invalidValue(`${path} may have at most ${limit} characters.`);
    if (!isWellFormed(value)) throw ScimError.invalidSyntax(`${path} is not well-formed Unicode.`);
    if (value.includes('\0')) throw ScimError.invalidValue(`${path} may not contain the character U+0000.`);
    let text = value;
    for (const check of checks) text = check(text, context);
    return text;
  };
}

function lengthLimit(attribute: Attribute): (context: ReadContext) => number {
  if (attribute.type === 'binary')
    return ({ limits }) => limits.binaryLength ?? DEFAULT_READ_LIMITS.binaryLength;
  if (attribute.path === 'userName' || attribute.path === 'externalId') {
    return ({ limits }) => Math.min(limits.stringLength, KEY_LENGTH);
  }
  return ({ limits }) => limits.stringLength;
}

function textChecks(attribute: Attribute): TextCheck[] {
  const checks: TextCheck[] = [];
  if (attribute.type === 'dateTime') checks.push(dateTimeCheck(attribute));
  if (attribute.type === 'binary') checks.push(binaryCheck(attribute));
  if (attribute.required && attribute.type === 'string') checks.push(notBlankCheck(attribute));
  if (attribute.path === 'userName') checks.push(userNameCheck);
  if (attribute.definition.enforceCanonicalValues) checks.push(canonicalCheck(attribute));
  const strict = strictValueCheck(attribute);
  if (strict) {
    checks.push((text, { leniency }) => {
      const problem = leniency.tolerates('looseValues') ? undefined : strict(text);
      if (problem !== undefined) throw ScimError.invalidValue(`${attribute.path} ${problem}.`);
      return text;
    });
  }
  return checks;
}

function dateTimeCheck({ path }: Attribute): TextCheck {
  return (text) => {
    if (parseDateTime(text) !== undefined) return text;
    throw ScimError.invalidValue(`${path} must be a date and time such as 2026-01-31T08:00:00Z.`);
  };
}

/** RFC 4648 §4; padding may be missing (RFC 7643 §2.3.6). */
function binaryCheck({ path }: Attribute): TextCheck {
  return (text) => {
    const padded = text.endsWith('=');
    if (BASE64.test(text) && (padded ? text.length % 4 === 0 : text.length % 4 !== 1)) return text;
    throw ScimError.invalidValue(`${path} must be base64 (RFC 4648 section 4).`);
  };
}

function notBlankCheck({ path }: Attribute): TextCheck {
  return (text) => {
    if (text.trim() !== '') return text;
    throw ScimError.invalidValue(`${path} is required and may not be blank.`);
  };
}

/** The rules for names that people see (D-48): look-alikes are refused always, the rest of PRECIS where it is asked for. */
function userNameCheck(text: string, { leniency }: ReadContext): string {
  const fault =
    userNameFault(text) ?? (leniency.tolerates('looseValues') ? undefined : preparedUserNameFault(text));
  if (fault !== undefined) throw ScimError.invalidValue(`userName ${fault}.`);
  return text;
}

function canonicalCheck(attribute: Attribute): TextCheck {
  const values = attribute.definition.canonicalValues ?? [];
  const key = attribute.caseExact ? (text: string): string => text : comparisonKey;
  const spellings = new Map(values.map((value) => [key(value), value]));
  return (text) => {
    const spelling = spellings.get(key(text));
    if (spelling !== undefined) return spelling;
    throw ScimError.invalidValue(`${attribute.path} must be one of: ${values.join(', ')}.`);
  };
}
