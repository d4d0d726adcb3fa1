/** Why a request about a breaker was refused. */
export type BreakerErrorCode = 'notStopped' | 'invalidSuspension';

/** A refused request about a breaker. The message says what to do. */
export class ScimBreakerError extends Error {
  override readonly name = 'ScimBreakerError';

  constructor(
    readonly code: BreakerErrorCode,
    message: string,
  ) {
    super(message);
  }
}
