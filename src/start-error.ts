/** The host cannot start. The message is one plain sentence that says what to do; no stack trace is printed. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
