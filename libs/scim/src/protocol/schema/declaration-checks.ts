import type { AttributeType } from './definition.js';
import {
  ENTERPRISE_USER_SCHEMA,
  GROUP_SCHEMA,
  RESOURCE_TYPE_SCHEMA,
  SCHEMA_SCHEMA,
  SERVICE_PROVIDER_CONFIG_SCHEMA,
  USER_SCHEMA,
} from './schema-urns.js';
import type { ScimAttributeOptions } from './scim-attribute.decorator.js';

/** RFC 7643 §2.1; the leading $ is for `$ref` (erratum 8924). */
const ATTRIBUTE_NAME = /^\$?[A-Za-z][A-Za-z0-9_$-]*$/;
const URN = /^urn:[a-z0-9][a-z0-9-]*:[a-z0-9:._~$+-]*[a-z0-9]$/i;
const RESERVED = /^urn:ietf:params:scim:(?:schemas:(?:core|extension)|api):/i;
const STANDARD = new Set([
  USER_SCHEMA,
  GROUP_SCHEMA,
  ENTERPRISE_USER_SCHEMA,
  SERVICE_PROVIDER_CONFIG_SCHEMA,
  RESOURCE_TYPE_SCHEMA,
  SCHEMA_SCHEMA,
]);

const VALUE_TYPES: Readonly<Record<AttributeType, 'string' | 'boolean' | 'number' | undefined>> = {
  string: 'string',
  boolean: 'boolean',
  decimal: 'number',
  integer: 'number',
  dateTime: 'string',
  binary: 'string',
  reference: 'string',
  complex: undefined,
};

/** @throws Error for what is no URN, or is one that only a standard may define (RFC 7643 §10.2) */
export function checkSchemaId(where: string, id: string): void {
  if (!URN.test(id))
    throw new Error(`${where}: the schema id must be a URN such as urn:example:scim:2.0:Device.`);
  if (RESERVED.test(id) && !STANDARD.has(id)) {
    throw new Error(
      `${where}: ${id} is in a name space that is reserved for registered schemas (RFC 7643 §10.2).`,
    );
  }
}

/** @throws Error for a name, type or combination of characteristics without meaning; `where` begins its text */
export function checkAttribute(
  where: string,
  name: string,
  type: AttributeType,
  options: ScimAttributeOptions,
  parent: ScimAttributeOptions | undefined,
): void {
  const fault =
    nameFault(name) ??
    typeFault(type, options) ??
    valueFault(type, options) ??
    placeFault(type, options, parent);
  if (fault) throw new Error(`${where}: ${fault}.`);
}

function nameFault(name: string): string | undefined {
  if (ATTRIBUTE_NAME.test(name)) return undefined;
  return 'an attribute name is a letter followed by letters, digits, - _ or $ (RFC 7643 §2.1)';
}

function typeFault(type: AttributeType, { caseExact, uniqueness }: ScimAttributeOptions): string | undefined {
  if (!Object.hasOwn(VALUE_TYPES, type)) {
    return `unknown type; use one of ${Object.keys(VALUE_TYPES).join(', ')} (RFC 7643 §2.3)`;
  }
  if (caseExact === true && type !== 'string' && type !== 'reference' && type !== 'binary') {
    return `caseExact has no meaning for the type ${type}`;
  }
  if (caseExact === false && (type === 'reference' || type === 'binary')) {
    return `the type ${type} is always case exact (RFC 7643 §2.3)`;
  }
  const comparable = type === 'string' || type === 'reference' || type === 'integer' || type === 'decimal';
  if (uniqueness !== undefined && uniqueness !== 'none' && !comparable) {
    return `uniqueness has no meaning for the type ${type}`;
  }
  return undefined;
}

function valueFault(type: AttributeType, options: ScimAttributeOptions): string | undefined {
  const { canonicalValues, referenceTypes, enforceCanonicalValues, defaultValue } = options;
  if (canonicalValues && type !== 'string') return `canonicalValues has no meaning for the type ${type}`;
  if (enforceCanonicalValues && !canonicalValues?.length)
    return 'enforceCanonicalValues needs canonicalValues';
  if (referenceTypes && type !== 'reference') return `referenceTypes has no meaning for the type ${type}`;
  if (defaultValue === undefined) return undefined;
  if (options.multiValued || typeof defaultValue !== VALUE_TYPES[type])
    return 'defaultValue does not fit the type';
  return undefined;
}

function placeFault(
  type: AttributeType,
  options: ScimAttributeOptions,
  parent: ScimAttributeOptions | undefined,
): string | undefined {
  if (options.mutability === 'writeOnly' && options.returned !== 'never')
    return "writeOnly needs returned: 'never'";
  if (options.computed && options.mutability !== 'readOnly') return "computed needs mutability: 'readOnly'";
  if (options.detached && (parent || type !== 'complex' || !options.multiValued)) {
    return 'only a multi-valued complex attribute can be detached';
  }
  if (!parent) return undefined;
  // What is never returned is stored apart from the document, by whole attribute.
  if (options.returned === 'never') return "make the whole complex attribute returned: 'never'";
  if (options.defaultValue !== undefined) return 'a sub-attribute cannot have a default value';
  return undefined;
}
