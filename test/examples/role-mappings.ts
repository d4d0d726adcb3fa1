// #region role-mappings
import type { ScimRoleMappings } from 'nestjs-scim';

/** A mapping of one customer, made by its administrator in your settings page. */
export async function giveRole(mappings: ScimRoleMappings, tenantId: string): Promise<string> {
  const mapping = { role: 'editor', group: { externalId: '8c5b9d1e' } };
  const { roles } = await mappings.dryRun(tenantId, { add: [mapping] });
  const [editor] = roles;
  const { id } = await mappings.add(tenantId, mapping);
  return `${id}: ${editor?.gain.total} users become editors`;
}
// #endregion role-mappings
