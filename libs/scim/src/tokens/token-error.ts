/** Why a request to issue or change a token or connection was refused. */
export type TokenErrorCode =
  | 'invalidTenant'
  | 'invalidName'
  | 'unknownProfile'
  | 'unknownScope'
  | 'invalidExpiry'
  | 'invalidOverlap'
  | 'unknownConnection'
  | 'unknownToken'
  | 'tokenEnded';

/** A refused administration request. The message says what to change and never carries a token. */
export class ScimTokenError extends Error {
  override readonly name = 'ScimTokenError';

  constructor(
    readonly code: TokenErrorCode,
    message: string,
  ) {
    super(message);
  }
}
