/** Why a request to administer roles was refused. */
export type RoleErrorCode =
  | 'invalidTenant'
  | 'invalidMapping'
  | 'duplicateMapping'
  | 'tooManyMappings'
  | 'unknownMapping'
  | 'unknownGroup'
  | 'unknownUser';

/** A refused administration request. The message says what to change. */
export class ScimRoleError extends Error {
  override readonly name = 'ScimRoleError';

  constructor(
    readonly code: RoleErrorCode,
    message: string,
  ) {
    super(message);
  }
}
