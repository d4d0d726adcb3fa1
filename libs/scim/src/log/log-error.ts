/** What was asked of the log cannot be done; the message says what to change. */
export class ScimLogError extends Error {
  override readonly name = 'ScimLogError';
}
