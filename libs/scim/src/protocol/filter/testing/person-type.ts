import type { AttributeDefinition, SchemaDefinition } from '../../schema/definition.js';
import { ResourceType } from '../../schema/resource-type.js';

/** Definition of an attribute; all characteristics that are not given have the defaults of RFC 7643 §2.2. */
export function attribute(name: string, more: Partial<AttributeDefinition> = {}): AttributeDefinition {
  return {
    name,
    type: 'string',
    multiValued: false,
    description: `The ${name}.`,
    required: false,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'default',
    uniqueness: 'none',
    ...more,
  };
}

export const PERSON_URN = 'urn:ietf:params:scim:schemas:core:2.0:User';
export const WORK_URN = 'urn:ietf:params:scim:schemas:extension:enterprise:2.0:User';

const plural = (name: string, more: AttributeDefinition[] = []): AttributeDefinition =>
  attribute(name, {
    type: 'complex',
    multiValued: true,
    subAttributes: [
      attribute('value'),
      attribute('type', { canonicalValues: ['work', 'home', 'other'] }),
      attribute('primary', { type: 'boolean' }),
      ...more,
    ],
  });

const person: SchemaDefinition = {
  id: PERSON_URN,
  name: 'User',
  description: 'A small user with an attribute of every kind.',
  attributes: [
    attribute('userName', { required: true, uniqueness: 'server' }),
    attribute('title'),
    attribute('code', { caseExact: true }),
    attribute('active', { type: 'boolean' }),
    attribute('logins', { type: 'integer' }),
    attribute('score', { type: 'decimal' }),
    attribute('hired', { type: 'dateTime' }),
    attribute('profileUrl', { type: 'reference', referenceTypes: ['external'] }),
    attribute('badge', { type: 'binary', caseExact: true }),
    attribute('password', { mutability: 'writeOnly', returned: 'never' }),
    attribute('tags', { multiValued: true }),
    attribute('name', { type: 'complex', subAttributes: [attribute('givenName'), attribute('familyName')] }),
    plural('emails', [attribute('secret', { returned: 'never' })]),
    plural('links', [attribute('$ref', { type: 'reference', referenceTypes: ['uri'] })]),
    attribute('addresses', {
      type: 'complex',
      multiValued: true,
      subAttributes: [attribute('locality'), attribute('type'), attribute('since', { type: 'dateTime' })],
    }),
  ],
};

const work: SchemaDefinition = {
  id: WORK_URN,
  name: 'EnterpriseUser',
  description: 'An extension.',
  attributes: [
    attribute('employeeNumber', { caseExact: true }),
    attribute('department'),
    // Also in the base schema, which wins.
    attribute('title', { type: 'integer' }),
    attribute('manager', {
      type: 'complex',
      subAttributes: [attribute('value', { caseExact: true }), attribute('displayName')],
    }),
  ],
};

/** A resource type for the tests of this room. */
export const PERSON = new ResourceType({
  name: 'User',
  endpoint: '/Users',
  description: 'A person.',
  schema: person,
  extensions: [{ schema: work, required: false }],
});
