import { ScimAttribute } from '../scim-attribute.decorator.js';
import { ScimSchema } from '../scim-schema.decorator.js';
import { GROUP_SCHEMA } from '../schema-urns.js';

const DISPLAY = 'Label meant for people, for example a canonical rendering of the value.';

/** A member of a group. Its parts are immutable: members come and go but are never edited. */
export class MemberSchema {
  @ScimAttribute({
    caseExact: true,
    mutability: 'immutable',
    description: 'Identifier of the member resource.',
  })
  value?: string;

  @ScimAttribute({
    type: 'reference',
    mutability: 'immutable',
    referenceTypes: ['User', 'Group'],
    description: 'Address of the member resource.',
  })
  $ref?: string;

  @ScimAttribute({
    mutability: 'immutable',
    canonicalValues: ['User', 'Group'],
    description: 'Resource type of the member.',
  })
  type?: string;

  @ScimAttribute({ mutability: 'immutable', description: DISPLAY })
  display?: string;
}

/** The core schema of groups (RFC 7643 §4.2). */
@ScimSchema({
  id: GROUP_SCHEMA,
  name: 'Group',
  description: 'A named set of users and, where nesting is allowed, other groups.',
})
export class GroupSchema {
  @ScimAttribute({ required: true, description: 'Name of the group shown to people. Mandatory.' })
  displayName!: string;

  @ScimAttribute({
    type: () => MemberSchema,
    multiValued: true,
    detached: true,
    description:
      'Resources that are in the group. Elements may be added or removed, but an existing element is not edited.',
  })
  members?: MemberSchema[];
}
