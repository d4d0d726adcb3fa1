/** A sign-on that the host describes in a way that cannot be used. The message carries nothing of the person. */
export class ScimIdentityError extends Error {
  override readonly name = 'ScimIdentityError';
}
