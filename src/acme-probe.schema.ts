import { ScimAttribute, ScimSchema } from 'nestjs-scim';

/** One attribute of each unusual kind. For tests only; see `userExtensions`. */
@ScimSchema({
  id: 'urn:example:params:scim:schemas:extension:acme:2.0:Probe',
  name: 'AcmeProbe',
  description: 'Attributes with unusual characteristics.',
})
export class AcmeProbe {
  @ScimAttribute({ returned: 'request', description: 'Returned only when asked for by name.' })
  requestOnly?: string;

  @ScimAttribute({ returned: 'always', description: 'Returned always.' })
  alwaysShown?: string;

  @ScimAttribute({ returned: 'never', description: 'Returned never.' })
  neverShown?: string;

  @ScimAttribute({ mutability: 'immutable', description: 'Set once.' })
  immutableOnce?: string;

  @ScimAttribute({ caseExact: true, description: 'Compared by exact letter case.' })
  caseExactCode?: string;
}
