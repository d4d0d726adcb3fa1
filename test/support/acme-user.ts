import { ScimAttribute, ScimSchema } from 'nestjs-scim';

export const ACME = 'urn:example:params:scim:schemas:extension:acme:2.0:User';

/** An extension with the types of attributes that the core user lacks. */
@ScimSchema({ id: ACME, name: 'AcmeUser', description: 'What Acme knows of a user.' })
export class AcmeUser {
  @ScimAttribute({ type: 'integer' })
  grade?: number;

  @ScimAttribute({ type: 'decimal' })
  score?: number;

  @ScimAttribute({ type: 'dateTime' })
  hired?: string;

  @ScimAttribute({ type: 'binary' })
  badge?: string;

  @ScimAttribute({ caseExact: true })
  code?: string;

  @ScimAttribute({ multiValued: true })
  tags?: string[];

  /** A name that the core schema has too. */
  @ScimAttribute({ type: 'integer' })
  title?: number;

  @ScimAttribute({ returned: 'never', mutability: 'writeOnly' })
  secret?: string;
}
