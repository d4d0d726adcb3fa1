import { ScimAttribute, ScimSchema } from 'nestjs-scim';

/** URN of this company's addition to users. */
export const ACME_USER_SCHEMA = 'urn:example:params:scim:schemas:extension:acme:2.0:User';

/** What Acme needs to know of a user beyond the standard. */
@ScimSchema({ id: ACME_USER_SCHEMA, name: 'AcmeUser', description: "Acme's additions to a user." })
export class AcmeUser {
  @ScimAttribute({ description: 'Cost centre that pays for the user.' })
  costCentre?: string;
}
