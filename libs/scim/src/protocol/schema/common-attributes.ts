import type { AttributeDefinition } from './definition.js';

const string = (
  name: string,
  description: string,
  more: Partial<AttributeDefinition> = {},
): AttributeDefinition => ({
  name,
  type: 'string',
  multiValued: false,
  description,
  required: false,
  caseExact: true,
  mutability: 'readOnly',
  returned: 'default',
  uniqueness: 'none',
  ...more,
});

/** Attributes that every resource has and no schema lists (RFC 7643 §3.1). */
export const COMMON_ATTRIBUTES: readonly AttributeDefinition[] = [
  string('schemas', 'URIs of the base schema and of the extensions that this representation uses.', {
    multiValued: true,
    required: true,
    caseExact: false,
    mutability: 'readWrite',
    returned: 'always',
  }),
  string('id', 'Identifier that the provider gave to the resource; never changes and is never reused.', {
    required: true,
    returned: 'always',
    uniqueness: 'server',
  }),
  string(
    'externalId',
    'Identifier that the provisioning client gave to the resource; scoped to the tenant.',
    {
      mutability: 'readWrite',
    },
  ),
  {
    ...string('meta', 'Facts about the resource that the provider keeps.', {
      type: 'complex',
      caseExact: false,
    }),
    subAttributes: [
      string('resourceType', 'Name of the resource type.'),
      string('created', 'Moment of creation.', { type: 'dateTime', caseExact: false }),
      string('lastModified', 'Moment of the last change; equal to created when nothing changed since.', {
        type: 'dateTime',
        caseExact: false,
      }),
      string('location', 'Address of the resource.', { type: 'reference', referenceTypes: ['uri'] }),
      string('version', 'Entity tag of the resource, equal to the ETag header.'),
    ],
  },
];
