import { ScimAttribute } from '../scim-attribute.decorator.js';
import { ScimSchema } from '../scim-schema.decorator.js';
import { ENTERPRISE_USER_SCHEMA } from '../schema-urns.js';

/** The user that a user reports to. */
export class ManagerSchema {
  @ScimAttribute({
    caseExact: true,
    indexed: true,
    description: "Identifier of the manager's user resource.",
  })
  value?: string;

  @ScimAttribute({
    type: 'reference',
    referenceTypes: ['User'],
    description: "Address of the manager's user resource.",
  })
  $ref?: string;

  @ScimAttribute({
    mutability: 'readOnly',
    computed: true,
    description: "The manager's display name, filled in by the provider.",
  })
  displayName?: string;
}

/** The enterprise extension of User (RFC 7643 §4.3). */
@ScimSchema({
  id: ENTERPRISE_USER_SCHEMA,
  name: 'EnterpriseUser',
  description: 'Work-related additions to a user.',
})
export class EnterpriseUserSchema {
  @ScimAttribute({ description: 'Identifier that the organisation gave to the person.' })
  employeeNumber?: string;

  @ScimAttribute({ description: 'Name of the cost center.' })
  costCenter?: string;

  @ScimAttribute({ description: 'Name of the organisation.' })
  organization?: string;

  @ScimAttribute({ description: 'Name of the division.' })
  division?: string;

  @ScimAttribute({ description: 'Name of the department.' })
  department?: string;

  @ScimAttribute({ type: () => ManagerSchema, description: 'The person this user reports to.' })
  manager?: ManagerSchema;
}
