/** Why a request about a deleted resource was refused. */
export type DeletionErrorCode =
  | 'unknownResource'
  | 'alreadyPurged'
  | 'nameTaken'
  | 'held'
  | 'unknownHold'
  | 'invalidReason'
  | 'invalidName'
  | 'invalidId'
  | 'invalidQuery';

/** A refused request about a deleted resource. The message says what to do and carries nothing of the resource. */
export class ScimDeletionError extends Error {
  override readonly name = 'ScimDeletionError';

  constructor(
    readonly code: DeletionErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
