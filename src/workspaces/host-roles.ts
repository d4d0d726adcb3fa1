import type { ScimOptionsInput } from 'nestjs-scim';

/** Members of the group of this name are administrators. */
export const ADMIN_GROUP = 'Engineering';

/** Which groups of a customer's directory give which roles here; for the server and for the command line. */
export const HOST_ROLES = {
  mappings: [{ role: 'admin', group: { displayName: ADMIN_GROUP } }],
  protected: [],
} satisfies ScimOptionsInput['roles'];
