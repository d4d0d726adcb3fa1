import type { ScimTokens } from 'nestjs-scim';

// #region issue
export async function issue(tokens: ScimTokens): Promise<string> {
  const { token } = await tokens.issue({
    tenantId: 'acme',
    connection: { name: 'entra', profile: 'default' },
    name: 'Entra, production',
    scopes: ['users:read', 'users:write', 'groups:read', 'groups:write'],
    expiresInDays: 180,
  });
  return token;
}
// #endregion issue

// #region rotate
/** The old token works for three more days; then it ends by itself. */
export async function rotate(tokens: ScimTokens, tokenId: string): Promise<string> {
  const { token } = await tokens.rotate('acme', tokenId, { overlapSeconds: 3 * 24 * 3600 });
  return token;
}
// #endregion rotate
