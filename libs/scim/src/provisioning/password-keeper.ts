/**
 * Takes the passwords that identity providers set; given by class through the module option `passwords`. Without one,
 * `password` is not in the schema: what providers send is accepted and dropped, so that SCIM alone never makes a login.
 */
export abstract class ScimPasswordKeeper {
  /**
   * Gives what is stored in place of the password: a salted slow hash. It is kept in the column `concealed` of the
   * user under `password`, and is part of no answer, error or log (RFC 7643 §4.1.1, §9.2). Throw
   * `ScimError.invalidValue` when the password does not meet your policy; do not repeat it in the text.
   *
   * @param password prepared by OpaqueString (RFC 8265), never empty
   */
  abstract keep(password: string): Promise<string>;
}
