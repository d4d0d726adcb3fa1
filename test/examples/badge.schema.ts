// #region schema
import { ScimAttribute, ScimSchema } from 'nestjs-scim';

export const BADGE_SCHEMA = 'urn:example:params:scim:schemas:extension:badge:2.0:User';

@ScimSchema({ id: BADGE_SCHEMA, name: 'Badge', description: 'The badge that opens our doors.' })
export class Badge {
  @ScimAttribute({ caseExact: true, description: 'Number printed on the badge.' })
  number?: string;

  @ScimAttribute({ type: 'integer', description: 'Floor on which it works.' })
  floor?: number;

  @ScimAttribute({ multiValued: true, indexed: true, description: 'Doors that it opens.' })
  doors?: string[];
}
// #endregion schema
